// @ts-check
// The entry with the module's bytes inside, for bundlers and runtimes that can't carry a file along.
import bytes from "./dist/maytapi_bg.inline.js";
import { start } from "./lib/core.js";

start(bytes());

export * from "./lib/api.js";
