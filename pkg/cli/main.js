#!/usr/bin/env node
// The command `maytapi`: finds what was asked for, runs it, and says by its exit code how it went.
// @ts-check
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EXIT, Stop } from "./exit.js";
import { helpOf, terminal } from "./terminal.js";

/**
 * @typedef {{ type: "string" | "boolean", short?: string, value?: string, about: string }} Option
 * @typedef {object} Command
 * @property {string} usage
 * @property {string} about what it does, in a sentence for the list of commands
 * @property {string[]} details paragraphs of its help
 * @property {Record<string, Option>} options
 * @property {Record<string, string>} [environment] variables that it reads
 * @property {string[]} examples
 * @property {(given: Given) => Promise<number>} run
 *
 * @typedef {(name: string) => string | undefined} Text
 * @typedef {(name: string) => boolean} Has
 *
 * @typedef {object} Given
 * @property {Text} text an option's value
 * @property {Has} has whether an option without a value was given
 * @property {string[]} files
 * @property {NodeJS.ProcessEnv} env
 * @property {import("./terminal.js").Terminal} out
 * @property {import("./terminal.js").Terminal} err
 */

/** Each by itself: minting a token needs no WebAssembly. */
const COMMANDS = {
  batch: async () => (await import("./batch/command.js")).batch,
  check: async () => (await import("./check.js")).check,
  send: async () => (await import("./send.js")).send,
  token: async () => (await import("./token.js")).token,
  webhook: async () => (await import("./webhook.js")).webhook,
};

const HELP = /** @type {const} */ ({ type: "boolean", short: "h", about: "Shows this." });

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main([name = "", ...args]) {
  const out = terminal(process.stdout, process.env);
  const err = terminal(process.stderr, process.env);
  // Who reads the output may stop early, as `head` does; that is no failure.
  process.stdout.on("error", (error) => process.exit("code" in error && error.code === "EPIPE" ? EXIT.done : EXIT.usage));
  try {
    if (name === "" || name === "--help" || name === "-h" || name === "help") {
      (name === "" ? err : out).write(await overview(out));
      return name === "" ? EXIT.usage : EXIT.done;
    }
    if (name === "--version") {
      out.line(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
      return EXIT.done;
    }
    if (!Object.hasOwn(COMMANDS, name)) throw new Stop(EXIT.usage, `There is no such command. There are: ${Object.keys(COMMANDS).join(", ")}.`);
    const command = await COMMANDS[/** @type {keyof typeof COMMANDS} */ (name)]();
    const { values, positionals } = parsed({ ...command.options, help: HELP }, args);
    if (values["help"]) {
      out.write(helpOf(command, { ...command.options, help: HELP }, out));
      return EXIT.done;
    }
    const text = (/** @type {string} */ option) => (typeof values[option] === "string" ? values[option] : undefined);
    return await command.run({ text, has: (option) => values[option] === true, files: positionals, env: process.env, out, err });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    err.text(`${err.bold("maytapi:")} ${error.message}`);
    return error.exit;
  }
}

/**
 * What was given, without a word of it in any complaint: it may be a secret that stands in the wrong place.
 * @param {Record<string, Option>} options
 * @param {string[]} args
 * @returns {{ values: Record<string, unknown>, positionals: string[] }}
 */
function parsed(options, args) {
  const { values, positionals, tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option && /secret|key|token|password/i.test(token.name)) {
      throw new Stop(EXIT.usage, "Secrets are read from the environment only: everybody on the machine can see what stands on a command line. See --help for the names.");
    }
    if (!option) throw new Stop(EXIT.usage, `There is no option ${/^-{1,2}[a-z-]{1,30}$/i.test(token.rawName) ? token.rawName : "of that name"}. See --help.`);
    // What follows is the next option, and its own value was forgotten.
    const isNext = !token.inlineValue && token.value?.startsWith("--") && Object.hasOwn(options, token.value.slice(2).split("=")[0] ?? "");
    if (option.type === "string" && (!token.value || isNext)) throw new Stop(EXIT.usage, `${token.rawName}: give a value.`);
    if (option.type === "boolean" && token.value !== undefined) throw new Stop(EXIT.usage, `${token.rawName} takes no value.`);
  }
  return { values, positionals };
}

/** @param {import("./terminal.js").Terminal} out */
async function overview(out) {
  const rows = await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => /** @type {const} */ ([name, (await load()).about])));
  return [
    `${out.bold("Usage:")} maytapi <command> [options]`,
    out.wrapped("Sends WhatsApp messages through Maytapi, straight or through an edge proxy."),
    `${out.bold("Commands:")}\n${out.table(rows)}`,
    out.wrapped('"maytapi <command> --help" tells more of each.'),
  ].join("\n\n");
}
