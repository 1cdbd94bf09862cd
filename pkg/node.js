// @ts-check
// The entry for Node and Bun: the module is read from the disk at once. No top-level await, so that `require` works as well.
import { readFileSync } from "node:fs";
import { start } from "./lib/core.js";

start(readFileSync(new URL("./dist/maytapi_bg.wasm", import.meta.url)));

export * from "./lib/api.js";
