// @ts-check
// The entry for Node and Bun: the module's bytes are inside, as no file can be counted on beside a program that was bundled, traced or
// compiled into one. No top-level await, so that Bun's `require` works as well.
import { openAsBlob } from "node:fs";
import bytes from "./dist/maytapi_bg.inline.js";
import { openFilesWith } from "./lib/client.js";
import * as batches from "./lib/batches/batches.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";
import { laterFrom } from "./lib/later.js";
import * as following from "./lib/live.js";
import * as sendMany from "./lib/many/run.js";

start(bytes);
// Read piece by piece while it is sent, not all at once.
openFilesWith((path) => openAsBlob(path));
laterFrom({ batches: async () => batches, files: async () => files, following: async () => following, sendMany: async () => sendMany });

export * from "./lib/api.js";
