// @ts-check
// The entry for Node and Bun: the module is read from the disk at once. No top-level await, so that `require` works as well.
import { openAsBlob, readFileSync } from "node:fs";
import { filesFrom, openFilesWith } from "./lib/client.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";

start(readFileSync(new URL("./dist/maytapi_bg.wasm", import.meta.url)));
// Read piece by piece while it is sent, not all at once.
openFilesWith((path) => openAsBlob(path));
filesFrom(async () => files);

export * from "./lib/api.js";
