// @ts-check
// The entry for Cloudflare Workers, which compile no bytes while they run: the module is imported as one.
import module from "./dist/maytapi_bg.wasm";
import * as batches from "./lib/batches/batches.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";
import { laterFrom } from "./lib/later.js";
import * as following from "./lib/live.js";
import * as sendMany from "./lib/many/run.js";

start(() => module);
laterFrom({ batches: async () => batches, files: async () => files, following: async () => following, sendMany: async () => sendMany });

export * from "./lib/api.js";
