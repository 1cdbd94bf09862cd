// @ts-check
// The entry with the module's bytes inside, for bundlers and runtimes that can't carry a file along.
import bytes from "./dist/maytapi_bg.inline.js";
import { filesFrom } from "./lib/client.js";
import { start } from "./lib/core.js";
import * as files from "./lib/files.js";

start(bytes);
filesFrom(async () => files);

export * from "./lib/api.js";
