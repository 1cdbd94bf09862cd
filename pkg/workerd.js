// @ts-check
// The entry for Cloudflare Workers, which compile no bytes while they run: the module is imported as one.
import module from "./dist/maytapi_bg.wasm";
import { start } from "./lib/core.js";

start(module);

export * from "./lib/api.js";
