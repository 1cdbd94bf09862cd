// @ts-check
// The entry for browsers: the module is fetched when it is first needed, from beside this file.
import { filesFrom, liveFrom } from "./lib/client.js";
import { loadFrom } from "./lib/core.js";

loadFrom(() => {
  const module = new URL("./dist/maytapi_bg.wasm", import.meta.url);
  // Until 7 Vite's development server runs this file from a folder of its own, and leaves the module in the package's.
  module.pathname = module.pathname.replace("/.vite/deps/", "/maytapi/");
  return module;
});
// Only when a file is sent.
filesFrom(() => import("./lib/files.js"));
// Only when messages are followed.
liveFrom(() => import("./lib/live.js"));

export * from "./lib/api.js";
