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
  },
  environment: { TOKEN_SECRET: "The proxy's secret, at least 32 bytes. It is never printed." },
  examples: ["export MAYTAPI_TOKEN=$(maytapi token --subject me)", "maytapi token --subject me --types text --read none"],

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
  const [phones, types, to, reads, batch] = [list("phones"), list("types"), list("to"), list("read"), text("batch")];
  if (batch !== undefined && batch !== "yes" && batch !== "no") throw new Stop(EXIT.usage, "--batch: give yes or no.");
  const read = reads?.length === 1 && reads[0] === "all" ? true : reads?.length === 1 && reads[0] === "none" ? false : reads;
  const parts = Object.entries({ phones: phones?.map((phone) => (/^\d+$/.test(phone) ? Number(phone) : phone)), types, to, read, batch: batch === undefined ? undefined : batch === "yes" });
  const given = parts.filter(([, value]) => value !== undefined);
  return given.length > 0 ? /** @type {import("../token.js").Capability} */ (Object.fromEntries(given)) : undefined;
}
