// @ts-check
// The entry with the module's bytes inside, for bundlers and runtimes that can't carry a file along.
import bytes from "./dist/maytapi_bg.inline.js";
import * as batches from "./lib/batches/batches.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";
import { laterFrom } from "./lib/later.js";
import * as following from "./lib/live.js";
import * as sendMany from "./lib/many/run.js";

start(bytes);
laterFrom({ batches: async () => batches, files: async () => files, following: async () => following, sendMany: async () => sendMany });

export * from "./lib/api.js";
