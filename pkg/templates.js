// @ts-check
// Templates, where the package's own entry has all of the crate: everywhere but in browsers.
import "maytapi";

export { renderTemplate, templateFields } from "./lib/batches/templates.js";
