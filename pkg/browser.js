// @ts-check
// The entry for browsers: the module is fetched when it is first needed, from beside this file.
import { batchesFrom, filesFrom, liveFrom } from "./lib/client.js";
import { loadFrom } from "./lib/core.js";

loadFrom(() => new URL("./dist/maytapi_bg.wasm", import.meta.url));
// Only when a file is sent.
filesFrom(() => import("./lib/files.js"));
// Only when messages are followed.
liveFrom(() => import("./lib/live.js"));
// Only for batches.
batchesFrom(() => import("./lib/batches.js"));

export * from "./lib/api.js";
