// `maytapi send`: one message, through the edge proxy or straight to Maytapi.
// @ts-check
import { ConfigurationError, MaytapiClient, MaytapiError } from "../node.js";
import { withoutLineEnds } from "../lib/secret.js";
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
    phone: { type: "string", value: "id", about: "The phone to send from. Default: MAYTAPI_PHONE_ID." },
    "base-url": { type: "string", value: "url", about: "The proxy, with the account. Default: MAYTAPI_BASE_URL." },
    "idempotency-key": { type: "string", value: "key", about: "Through the proxy: the same key and message is sent once, however often it is asked for." },
    timeout: { type: "string", value: "seconds", about: "For each try. Default: 60." },
    json: { type: "boolean", about: "Prints the outcome as JSON, an error too." },
  },
  environment: {
    MAYTAPI_BASE_URL: "The proxy: https://edge.example/api/main",
    MAYTAPI_TOKEN: 'A token for it, as "maytapi token" mints.',
    MAYTAPI_PRODUCT_ID: "Straight: the account's product id.",
    MAYTAPI_KEY: "Straight: the account's key.",
    MAYTAPI_PHONE_ID: "The phone to send from.",
  },
  examples: ['maytapi send --to "+1 202-555-0123" --text Hello', "maytapi send message.json --json", "maytapi send --to 12025550123 --file menu.pdf"],

  async run({ values, files, env, out, err }) {
    const text = (/** @type {string} */ name) => /** @type {string | undefined} */ (values[name]);
    const client = clientOf(text, env);
    const key = text("idempotency-key");
    const options = key === undefined ? {} : { idempotencyKey: key };
    try {
      const queued = await sent(client, { text, files, raw: values["raw"] === true, options });
      if (values["json"]) out.line(JSON.stringify(queued));
      else out.line(queued.msgId);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof MaytapiError)) throw error;
      if (values["json"]) out.line(JSON.stringify({ error }));
      tell(error, err);
      return exitOf(error);
    } finally {
      client.free();
    }
  },
};

/**
 * @param {(name: string) => string | undefined} text
 * @param {NodeJS.ProcessEnv} env
 */
function clientOf(text, env) {
  const { MAYTAPI_PRODUCT_ID: productId } = env;
  const [token, apiKey] = [withoutLineEnds(env["MAYTAPI_TOKEN"] ?? ""), withoutLineEnds(env["MAYTAPI_KEY"] ?? "")];
  const baseUrl = text("base-url") ?? env["MAYTAPI_BASE_URL"];
  const phoneId = text("phone") ?? env["MAYTAPI_PHONE_ID"];
  if (!phoneId) throw new Stop(EXIT.usage, "Say which phone to send from: --phone 1150, or MAYTAPI_PHONE_ID.");
  const seconds = Number(text("timeout") ?? 60);
  if (!(seconds > 0 && seconds <= 3600)) throw new Stop(EXIT.usage, "--timeout: give seconds, up to 3600.");
  const common = { phoneId, timeoutMs: seconds * 1000 };
  try {
    if (token) {
      if (!baseUrl) throw new Stop(EXIT.usage, "MAYTAPI_TOKEN is for a proxy; say which: --base-url https://edge.example/api/main, or MAYTAPI_BASE_URL.");
      return new MaytapiClient({ ...common, baseUrl, token });
    }
    if (!productId || !apiKey) throw new Stop(EXIT.usage, "Put MAYTAPI_BASE_URL and MAYTAPI_TOKEN into the environment, to send through a proxy, or MAYTAPI_PRODUCT_ID and MAYTAPI_KEY, to send straight.");
    return new MaytapiClient({ ...common, productId, apiKey, ...(baseUrl ? { baseUrl } : {}) });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new Stop(EXIT.usage, error.message);
    throw error;
  }
}

/**
 * @param {MaytapiClient} client
 * @param {{ text: (name: string) => string | undefined, files: string[], raw: boolean, options: { idempotencyKey?: string } }} given
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
