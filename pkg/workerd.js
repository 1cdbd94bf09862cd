// @ts-check
// The entry for Cloudflare Workers, which compile no bytes while they run: the module is imported as one.
import module from "./dist/maytapi_bg.wasm";
import { filesFrom } from "./lib/client.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";

start(() => module);
filesFrom(async () => files);

export * from "./lib/api.js";
