// What the command writes: wrapped to the terminal's width, with colours where there is somebody to see them.
// @ts-check
import { EXIT_CODES } from "./exit.js";

/** Where there is no terminal to ask. */
const COLUMNS = 80;
const [NARROWEST, WIDEST] = [30, 100];

/** @typedef {ReturnType<typeof terminal>} Terminal */

/**
 * @param {NodeJS.WriteStream} stream
 * @param {NodeJS.ProcessEnv} env
 */
export function terminal(stream, env) {
  // https://no-color.org: set, to whatever, but not to nothing.
  const coloured = Boolean(stream.isTTY) && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const asked = stream.columns || Number(env["COLUMNS"]) || COLUMNS;
  const width = Math.min(Math.max(asked, NARROWEST), WIDEST);
  const style = (/** @type {number} */ code) => (/** @type {string} */ text) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

  /**
   * @param {string} text
   * @param {number} [indent] columns before every line
   */
  const wrapped = (text, indent = 0) => {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const last = lines.at(-1) ?? "";
      const next = last === "" ? word : `${last} ${word}`;
      if (last !== "" && seen(next) > width - indent) lines.push(word);
      else lines[lines.length - 1] = next;
    }
    return lines.map((line) => " ".repeat(indent) + line).join("\n");
  };

  return {
    bold: style(1),
    red: style(31),
    green: style(32),
    yellow: style(33),
    wrapped,
    /**
     * Two columns, or one under the other where the second would be too narrow to read.
     * @param {readonly (readonly [string, string])[]} rows
     */
    table(rows) {
      const first = Math.max(...rows.map(([name]) => name.length)) + 4;
      const beside = width - first >= 34;
      return rows.map(([name, about]) => (beside ? `  ${name}`.padEnd(first) + wrapped(about, first).trimStart() : `  ${name}\n${wrapped(about, 6)}`)).join("\n");
    },
    /** @param {string} text as it is, but for what a terminal would obey */
    line: (text) => void stream.write(`${shown(text)}\n`),
    /** @param {string} text wrapped */
    text: (text, indent = 0) => void stream.write(`${wrapped(shown(text, coloured), indent)}\n`),
    /** @param {string} text of our own, with its line breaks */
    write: (text) => void stream.write(`${text}\n`),
  };
}

/**
 * @param {import("./main.js").Command} command
 * @param {Record<string, import("./main.js").Option>} options
 * @param {Terminal} out
 */
export function helpOf(command, options, out) {
  const names = Object.entries(options).map(([name, { short, value, about }]) => /** @type {const} */ ([`${short ? `-${short}, ` : ""}--${name}${value ? ` <${value}>` : ""}`, about]));
  const section = (/** @type {string} */ title, /** @type {string} */ text) => `${out.bold(title)}\n${text}`;
  return [
    `${out.bold("Usage:")} ${command.usage}`,
    ...command.details.map((text) => out.wrapped(text)),
    section("Options:", out.table(names)),
    ...(command.environment ? [section("Environment:", out.table(Object.entries(command.environment)))] : []),
    section("Examples:", command.examples.map((line) => `  ${line}`).join("\n")),
    section("Exit codes:", out.table(Object.entries(EXIT_CODES))),
  ].join("\n\n");
}

/**
 * A text of somebody else's, without what would move the cursor or change the terminal.
 * @param {string} text
 * @param {boolean} [styled] whether it may have colours of ours
 */
export function shown(text, styled = false) {
  return text.replace(/\p{Cc}\[?\d*m?/gu, (found) => (found === "\n" || (styled && /^\u001b\[(0|1|31|32|33)m$/.test(found)) ? found : `${"\uFFFD"}${found.slice(1)}`));
}

/** How many columns a text takes, colours aside. @param {string} text */
function seen(text) {
  return text.replace(/\u001b\[\d+m/g, "").length;
}
