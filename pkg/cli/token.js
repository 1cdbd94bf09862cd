// `maytapi token`: mints a token for the edge proxy from its secret.
// @ts-check
import { MaytapiError } from "../lib/errors.js";
import { mintToken } from "../token.js";
import { EXIT, Stop } from "./exit.js";

/** @type {import("./main.js").Command} */
export const token = {
  usage: "maytapi token --subject <who> [options]",
  about: "mints a token for the edge proxy",
  details: [
    "Prints a token (a JWT) that the edge proxy accepts, and nothing else, so that it can go into a variable. Who has it may send until it expires. It is for trying things out: the token of a page comes from your backend, for each user anew.",
    "What it may do is narrowed by the options; without any it may do all that the proxy's policy allows.",
  ],
  options: {
    subject: { type: "string", value: "who", about: "Whose it is; the proxy's limits count by it." },
    expires: { type: "string", value: "seconds", about: "How long it is good. Default: 600." },
    audience: { type: "string", value: "aud", about: "What the proxy expects. Default: maytapi-edge." },
    issuer: { type: "string", value: "iss", about: "What the proxy expects, where it does." },
    phones: { type: "string", value: "ids", about: "Phones to send from: 1150,1151" },
    types: { type: "string", value: "types", about: "Message types: text,media" },
    to: { type: "string", value: "recipients", about: "Recipients that may be written to, with commas." },
    read: { type: "string", value: "reads", about: "Reads by name (status,queue), all, or none." },
    batch: { type: "string", value: "yes|no", about: "Whether batches may be queued." },
    watch: { type: "string", value: "whose", about: "Whose messages may be followed: own, phone (all of the phone's), or none." },
    manage: { type: "string", value: "yes|no", about: "Whether the phone may be managed: its webhook, all its batches, opt-outs." },
  },
  environment: { TOKEN_SECRET: "The proxy's secret, at least 32 bytes. It is never printed." },
  examples: ["export MAYTAPI_TOKEN=$(maytapi token --subject me)", "maytapi token --subject me --types text --read none", "maytapi token --subject me --watch own --manage no"],

  async run({ text, files, env, out }) {
    if (files.length > 0) throw new Stop(EXIT.usage, "token takes options only. See --help.");
    const { TOKEN_SECRET: secret } = env;
    if (!secret) throw new Stop(EXIT.usage, "Put the proxy's secret into the environment, as TOKEN_SECRET.");
    const subject = text("subject");
    if (!subject) throw new Stop(EXIT.usage, "Say whose token it is: --subject me");
    const [audience, issuer] = [text("audience"), text("issuer")];
    const capability = capabilityOf(text);
    try {
      out.line(await mintToken({ secret, subject, expiresInSeconds: Number(text("expires") ?? 600), ...(audience ? { audience } : {}), ...(issuer ? { issuer } : {}), ...(capability ? { capability } : {}) }));
      return EXIT.done;
    } catch (error) {
      if (error instanceof MaytapiError) throw new Stop(EXIT.usage, error.message.replace("expiresInSeconds", "--expires").replace(/^secret/, "TOKEN_SECRET"));
      throw error;
    }
  },
};

/** @param {import("./main.js").Text} text */
function capabilityOf(text) {
  const list = (/** @type {string} */ name) => text(name)?.split(",").map((part) => part.trim()).filter((part) => part !== "");
  const phones = list("phones")?.map((phone) => (/^\d+$/.test(phone) ? Number(phone) : phone));
  const reads = list("read");
  const read = reads?.length === 1 && reads[0] === "all" ? true : reads?.length === 1 && reads[0] === "none" ? false : reads;
  const watch = oneOf(text, "watch", { own: "own", phone: "phone", none: false });
  const parts = { phones, types: list("types"), to: list("to"), read, batch: oneOf(text, "batch", YES_NO), watch, manage: oneOf(text, "manage", YES_NO) };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return given.length > 0 ? /** @type {import("../token.js").Capability} */ (Object.fromEntries(given)) : undefined;
}

const YES_NO = { yes: true, no: false };

/** What an option's word stands for. @template T @param {import("./main.js").Text} text @param {string} name @param {Record<string, T>} words */
function oneOf(text, name, words) {
  const word = text(name);
  if (word === undefined) return undefined;
  if (!Object.hasOwn(words, word)) throw new Stop(EXIT.usage, `--${name}: give ${new Intl.ListFormat("en-GB", { type: "disjunction" }).format(Object.keys(words))}.`);
  return words[word];
}
