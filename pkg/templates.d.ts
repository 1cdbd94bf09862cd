// Templates of batches: what one names, and what comes out of it for a row.
import type { MessageTemplate, NamedFields, RenderedTemplate, TemplateFields } from "./index.js";

/**
 * Fills a row's fields into a template, as the proxy does for a batch. Never throws for what the template or the row is: a field that is
 * missing, and braces that are left over, are faults.
 *
 * @throws {NotReadyError} When the module is not loaded yet; in a page also when this entry was imported after it was.
 */
export function renderTemplate(template: MessageTemplate, fields?: TemplateFields): RenderedTemplate;

/**
 * Which fields a template names, to ask for them or to look for them in a table's columns; or what is wrong with it.
 *
 * @throws {NotReadyError} As `renderTemplate` does.
 */
export function templateFields(template: MessageTemplate): NamedFields;
