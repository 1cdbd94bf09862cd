// @ts-check
// The entry for Node where a bundler takes the package apart: the module's bytes are inside, as no file can be counted on beside the bundle.
import { openAsBlob } from "node:fs";
import bytes from "./dist/maytapi_bg.inline.js";
import { filesFrom, openFilesWith } from "./lib/client.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";

start(bytes());
// Read piece by piece while it is sent, not all at once.
openFilesWith((path) => openAsBlob(path));
filesFrom(async () => files);

export * from "./lib/api.js";
