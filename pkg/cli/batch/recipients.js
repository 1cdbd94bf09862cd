// From a table's rows to the rows of a batch: which column is whom to write to and which is which field, and what is wrong with each row.
// @ts-check
import { renderTemplate, templateFields } from "../../lib/batches/templates.js";
import { validate } from "../../node.js";
import { EXIT, Stop } from "../exit.js";
import { short } from "./table.js";

/** Names that a column of recipients usually has, in lower case without separators. */
const RECIPIENTS = ["to", "tonumber", "phone", "phonenumber", "number", "mobile", "mobilenumber", "whatsapp", "whatsappnumber", "recipient", "tel", "telephone"];
const LONGEST_REF = 64;

/** @typedef {{ line: number, path: string, message: string }} Fault */
/** @typedef {{ line: number, row: import("../../index.js").BatchRow, faults: Fault[], to?: string }} Checked */

/**
 * @typedef {object} Mapping
 * @property {number} to the column of recipients
 * @property {number | undefined} ref
 * @property {{ name: string, column: number }[]} fields those that the template names and the table has
 * @property {string[]} absent those that it has not, and for which the template has a fallback
 */

/**
 * @param {import("./table.js").Table} table
 * @param {import("../../index.js").MessageTemplate} template
 * @param {{ to?: string, ref?: string }} given
 * @returns {Mapping}
 */
export function mappingOf({ columns }, template, { to, ref }) {
  const named = templateFields(template);
  if (!named.valid) {
    const text = named.faults.map(({ path, message }) => `${path || "template"}: ${message}`).join(" ");
    throw new Stop(EXIT.refused, `The template has faults. ${text}`);
  }
  const unknown = named.fields.filter(({ name, required }) => required && !columns.includes(name)).map(({ name }) => `{{${short(name)}}}`);
  if (unknown.length > 0) throw new Stop(EXIT.refused, `The template names ${unknown.join(", ")}, and the table has no such column. ${listed(columns)}`);
  const present = named.fields.filter(({ name }) => columns.includes(name));
  return {
    to: to === undefined ? recipientsOf(columns) : columnOf(columns, to, "--to"),
    ref: ref === undefined ? undefined : columnOf(columns, ref, "--ref"),
    fields: present.map(({ name }) => ({ name, column: columns.indexOf(name) })),
    absent: named.fields.filter((field) => !present.includes(field)).map(({ name }) => name),
  };
}

/**
 * The rows of a batch, in the table's order. A row without a ref of its own is known by its number in the table.
 * @param {import("./table.js").Table} table
 * @param {Mapping} mapping
 * @returns {Generator<{ line: number, row: import("../../index.js").BatchRow, fault: string | undefined }, void, void>}
 */
export function* batchRows(table, { to, ref, fields }) {
  for (const { line, cells, fault } of table.rows()) {
    const cell = (/** @type {number} */ column) => cells[column] ?? "";
    const row = { to: cell(to).trim(), fields: Object.fromEntries(fields.map(({ name, column }) => [name, cell(column)])), ref: ref === undefined ? `row-${line}` : cell(ref).trim() };
    yield { line, row, fault };
  }
}

/**
 * Each row with everything that is wrong with it, as the proxy would say it.
 * @param {import("./table.js").Table} table
 * @param {Mapping} mapping
 * @param {import("../../index.js").MessageTemplate} template
 * @returns {Generator<Checked, void, void>}
 */
export function* checkedRows(table, mapping, template) {
  for (const { line, row, fault } of batchRows(table, mapping)) {
    if (fault !== undefined) {
      yield { line, row, faults: [{ line, path: "", message: fault }] };
      continue;
    }
    const rendered = renderTemplate(template, row.fields);
    const message = rendered.valid ? { ...rendered.wire, toNumber: row.to } : { type: "text", message: "-", toNumber: row.to };
    const checked = validate(message);
    const ref = row.ref !== undefined && row.ref !== "" && row.ref.length <= LONGEST_REF ? [] : [{ line, path: "ref", message: "Give each row a key of at most 64 characters." }];
    const faults = [...(rendered.valid ? [] : rendered.faults), ...(checked.valid ? [] : checked.faults)].map(({ path, message }) => ({ line, path: path === "toNumber" ? "to" : path, message }));
    yield { line, row, faults: [...faults, ...ref], ...(checked.valid ? { to: checked.wire.to_number } : {}) };
  }
}

/** @param {string[]} columns @param {string} name @param {string} option */
function columnOf(columns, name, option) {
  const column = columns.indexOf(name.trim());
  if (column < 0) throw new Stop(EXIT.usage, `${option}: there is no column of this name. ${listed(columns)}`);
  return column;
}

/** @param {string[]} columns */
function recipientsOf(columns) {
  const found = columns.flatMap((name, column) => (RECIPIENTS.includes(name.toLowerCase().replace(/[\s_.-]/g, "")) ? [column] : []));
  const [column] = found;
  if (column === undefined || found.length > 1) throw new Stop(EXIT.usage, `Say in which column the recipients stand: --to phone. ${listed(columns)}`);
  return column;
}

/** @param {string[]} columns */
function listed(columns) {
  const names = columns.filter((name) => name !== "").map(short);
  return `Its columns: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}.`;
}
