// @ts-check
// The entry for browsers: the module is fetched when it is first needed, from beside this file.
import { loadFrom } from "./lib/core.js";
import { laterFrom } from "./lib/later.js";

loadFrom(() => new URL("./dist/maytapi_page.wasm", import.meta.url));
laterFrom({
  batches: () => import("./lib/batches/batches.js"),
  files: () => import("./lib/files.js"),
  following: () => import("./lib/live.js"),
  sendMany: () => import("./lib/many/run.js"),
});

export * from "./lib/api.js";
