// @ts-check
// Templates in a page: the module that has all of the crate is loaded, in place of the page's own, which is without them.
import { loadFrom } from "./lib/core.js";

loadFrom(() => new URL("./dist/maytapi_bg.wasm", import.meta.url), true);

export { renderTemplate, templateFields } from "./lib/batches/templates.js";
