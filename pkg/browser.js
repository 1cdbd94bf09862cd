// @ts-check
// The entry for browsers: the module is fetched when it is first needed, from beside this file.
import { loadFrom } from "./lib/core.js";

loadFrom(() => new URL("./dist/maytapi_bg.wasm", import.meta.url));

export * from "./lib/api.js";
