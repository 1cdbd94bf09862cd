// @ts-check
// The entry for browsers: the module is fetched when it is first needed, from beside this file.
import { loadFrom } from "./lib/core.js";
import { laterFrom } from "./lib/later.js";

loadFrom(() => {
  const module = new URL("./dist/maytapi_page.wasm", import.meta.url);
  // Until 7 Vite's development server runs this file from a folder of its own, and leaves the module in the package's.
  module.pathname = module.pathname.replace("/.vite/deps/", "/maytapi/");
  return module;
});
laterFrom({
  batches: () => import("./lib/batches/batches.js"),
  files: () => import("./lib/files.js"),
  following: () => import("./lib/live.js"),
  sendMany: () => import("./lib/many/run.js"),
});

export * from "./lib/api.js";
