// `maytapi send`: one message, through the edge proxy or straight to Maytapi.
// @ts-check
import { MaytapiError } from "../node.js";
import { CONNECTION, clientOf, PROXY } from "./connection.js";
import { EXIT, Stop } from "./exit.js";
import { exitOf, tell } from "./failure.js";
import { jsonFrom } from "./input.js";

/** @type {import("./main.js").Command} */
export const send = {
  usage: "maytapi send [file] [options]",
  about: "sends one message",
  details: [
    "Sends the message that stands as JSON in the file, or is piped in; or what --to, --text and --file say. It is checked first: nothing with a fault leaves.",
    "With MAYTAPI_TOKEN it goes through an edge proxy, which sends nothing twice; otherwise straight to Maytapi, with the account's key. Prints the message's id. Queued is not sent: what became of it, Maytapi tells later, by webhook.",
  ],
  options: {
    to: { type: "string", value: "recipient", about: "A phone number with its country code, or a WhatsApp id." },
    text: { type: "string", value: "text", about: "The text, or the file's caption." },
    file: { type: "string", value: "path", about: "A file to send, up to 50 MB." },
    raw: { type: "boolean", about: "The raw form: any type and fields, only the recipient is checked." },
    phone: CONNECTION.phone,
    "base-url": CONNECTION["base-url"],
    "idempotency-key": { type: "string", value: "key", about: "Through the proxy: the same key and message is sent once, however often it is asked for." },
    timeout: CONNECTION.timeout,
    json: { type: "boolean", about: "Prints the outcome as JSON, an error too." },
  },
  environment: {
    ...PROXY,
    MAYTAPI_PRODUCT_ID: "Straight: the account's product id.",
    MAYTAPI_KEY: "Straight: the account's key.",
  },
  examples: ['maytapi send --to "+1 202-555-0123" --text Hello', "maytapi send message.json --json", "maytapi send --to 12025550123 --file menu.pdf"],

  async run({ text, has, files, env, out, err }) {
    const client = clientOf(text, env);
    const key = text("idempotency-key");
    const options = key === undefined ? {} : { idempotencyKey: key };
    try {
      const queued = await sent(client, { text, files, raw: has("raw"), options });
      if (has("json")) out.line(JSON.stringify(queued));
      else out.line(queued.msgId);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof MaytapiError)) throw error;
      if (has("json")) out.line(JSON.stringify({ error }));
      tell(error, err);
      return exitOf(error);
    } finally {
      client.free();
    }
  },
};

/**
 * @param {import("../node.js").MaytapiClient} client
 * @param {{ text: import("./main.js").Text, files: string[], raw: boolean, options: { idempotencyKey?: string } }} given
 */
async function sent(client, { text, files, raw, options }) {
  const [to, words, path] = [text("to"), text("text"), text("file")];
  if (to === undefined && words === undefined && path === undefined) {
    const message = await jsonFrom(files);
    return raw ? client.sendRaw(/** @type {any} */ (message), options) : client.sendMessage(/** @type {any} */ (message), options);
  }
  if (files.length > 0 || raw) throw new Stop(EXIT.usage, "Give a message's JSON, or --to with --text or --file, not both.");
  if (to === undefined || (words === undefined && path === undefined)) throw new Stop(EXIT.usage, "Give --to, and --text or --file.");
  if (path === undefined) return client.sendMessage({ type: "text", toNumber: to, message: words ?? "" }, options);
  return client.sendMedia(to, path, { ...(words === undefined ? {} : { text: words }), ...options });
}
