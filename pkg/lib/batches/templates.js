// @ts-check
// Templates, by the code that the proxy runs.
import { readTemplate } from "../../dist/maytapi.js";
import { sync } from "../core.js";

const ADVICE = 'Import "maytapi/templates" before the first call: then it is.';

/**
 * @param {import("../../index.js").MessageTemplate} template
 * @param {import("../../index.js").TemplateFields} [fields]
 */
export function renderTemplate(template, fields) {
  const rendered = /** @type {any} */ (sync("renderTemplate", () => readTemplate(template, fields ?? {}), "readTemplate", ADVICE));
  delete rendered.wire?.to_number;
  return /** @type {import("../../index.js").RenderedTemplate} */ (rendered);
}

/** @param {import("../../index.js").MessageTemplate} template */
export function templateFields(template) {
  return /** @type {import("../../index.js").NamedFields} */ (sync("templateFields", () => readTemplate(template, undefined), "readTemplate", ADVICE));
}
