// @ts-check
// The entry for Cloudflare Workers, which compile no bytes while they run: the module is imported as one.
import module from "./dist/maytapi_bg.wasm";
import { batchesFrom, filesFrom, liveFrom } from "./lib/client.js";
import { start } from "./lib/core.js";
import * as batches from "./lib/batches.js";
import * as files from "./lib/files.js";
import * as live from "./lib/live.js";

start(() => module);
filesFrom(async () => files);
liveFrom(async () => live);
batchesFrom(async () => batches);

export * from "./lib/api.js";
