// @ts-check
// The entry with the module's bytes inside, for bundlers and runtimes that can't carry a file along.
import bytes from "./dist/maytapi_bg.inline.js";
import { batchesFrom, filesFrom, liveFrom } from "./lib/client.js";
import { start } from "./lib/core.js";
import * as batches from "./lib/batches.js";
import * as files from "./lib/files.js";
import * as live from "./lib/live.js";

start(bytes);
filesFrom(async () => files);
liveFrom(async () => live);
batchesFrom(async () => batches);

export * from "./lib/api.js";
