// `maytapi check`: everything that is wrong with a message, and what will probably disappoint; nothing is sent.
// @ts-check
import { validate, validateRaw } from "../node.js";
import { EXIT } from "./exit.js";
import { jsonFrom } from "./input.js";

/** @typedef {{ path: string, code: string, message: string, suggestion?: string }} Remark */

/** @type {import("./main.js").Command} */
export const check = {
  usage: "maytapi check [file] [options]",
  about: "says what is wrong with a message; sends nothing",
  details: [
    "Reads a message as JSON from the file, or from what is piped in, and prints every fault at once, with what was probably meant, and hints on what is valid but will probably disappoint. A list of messages is checked one by one.",
    "Of a message that is valid it prints the JSON that Maytapi would get.",
  ],
  options: {
    raw: { type: "boolean", about: "The raw form: any type and fields, only the recipient is checked." },
    json: { type: "boolean", about: "Prints what validate() gives, as JSON." },
  },
  examples: ["maytapi check message.json", "echo '{\"type\": \"text\"}' | maytapi check"],

  async run({ has, files, out }) {
    const given = await jsonFrom(files);
    const many = Array.isArray(given);
    const checked = (many ? given : [given]).map((message) => (has("raw") ? validateRaw(message) : validate(message)));
    if (has("json")) out.line(JSON.stringify(many ? checked : checked[0], null, 2));
    else checked.forEach((one, index) => tell(one, many ? `message ${index + 1}: ` : "", out));
    return checked.every(({ valid }) => valid) ? EXIT.done : EXIT.refused;
  },
};

/**
 * @param {import("../index.js").Validation<unknown>} checked
 * @param {string} which
 * @param {import("./terminal.js").Terminal} out
 */
function tell(checked, which, out) {
  if (checked.valid) {
    out.text(`${which}${out.green("valid")}`);
    out.line(JSON.stringify(checked.wire, null, 2));
  } else {
    const { length } = checked.faults;
    out.text(`${which}${out.red(`${length} ${length === 1 ? "fault" : "faults"}`)}`);
    for (const fault of checked.faults) remark(fault, out.red("fault"), out);
  }
  const { hints = [] } = /** @type {{ hints?: Remark[] }} */ (checked);
  for (const hint of hints) remark(hint, out.yellow("hint"), out);
}

/**
 * @param {Remark} remark
 * @param {string} kind
 * @param {import("./terminal.js").Terminal} out
 */
function remark({ path, code, message, suggestion }, kind, out) {
  out.text(`${kind} ${out.bold(path || "(the message)")} ${code}`, 2);
  out.text(message, 4);
  if (suggestion !== undefined) out.text(`meant: ${suggestion}`, 4);
}
