// `maytapi webhook`: where a phone's events go, and the edge proxy as their receiver.
// @ts-check
import { ConfigurationError, MaytapiError } from "../node.js";
import { Proxy } from "../lib/proxy.js";
import { withoutLineEnds } from "../lib/secret.js";
import { CONNECTION, PROXY } from "./connection.js";
import { EXIT, Stop } from "./exit.js";
import { exitOf, tell } from "./failure.js";

/** @typedef {{ receiver: "proxy" | "other" | "none", host?: string, isCurrent?: boolean, acks: boolean }} Receiver as the proxy tells it */

/** @type {import("./main.js").Command} */
export const webhook = {
  usage: "maytapi webhook [options]",
  about: "shows where a phone's events go, or points them at the proxy",
  details: [
    "Maytapi tells what becomes of messages to one address per phone. Without an option this shows which. With --set the edge proxy has itself made the receiver, acks included; its own address holds a secret and is shown to nobody.",
    "A receiver that is there already is kept, and named, unless --replace says that it goes. The proxy can pass on what it gets: accounts.NAME.forward in its configuration.",
    "The proxy's policy has to allow it (policy.manage), and so does the token.",
  ],
  options: {
    set: { type: "boolean", about: "Points the phone's events at the proxy, and turns acks on." },
    replace: { type: "boolean", about: "With --set: also where another receiver gets them now." },
    phone: { type: "string", value: "id", about: "The phone. Default: MAYTAPI_PHONE_ID." },
    "base-url": CONNECTION["base-url"],
    json: { type: "boolean", about: "Prints the outcome as JSON, an error too." },
  },
  environment: {
    ...PROXY,
    MAYTAPI_PHONE_ID: "The phone.",
  },
  examples: ["maytapi webhook", "maytapi webhook --set", "maytapi webhook --set --replace --phone 1151"],

  async run({ text, has, files, env, out, err }) {
    if (files.length > 0) throw new Stop(EXIT.usage, "It takes no file. See --help.");
    if (has("replace") && !has("set")) throw new Stop(EXIT.usage, "--replace goes with --set.");
    const [baseUrl, phone] = [text("base-url") ?? env["MAYTAPI_BASE_URL"], text("phone") ?? env["MAYTAPI_PHONE_ID"]];
    const token = withoutLineEnds(env["MAYTAPI_TOKEN"] ?? "");
    if (!baseUrl || !token) throw new Stop(EXIT.usage, "Put MAYTAPI_BASE_URL and MAYTAPI_TOKEN into the environment: the receiver is set by an edge proxy.");
    if (!phone) throw new Stop(EXIT.usage, "Say which phone: --phone 1150, or MAYTAPI_PHONE_ID.");
    try {
      const proxy = new Proxy({ baseUrl, token, phoneId: phone });
      const before = /** @type {Receiver} */ (await proxy.ask("webhook"));
      if (!has("set")) {
        if (has("json")) out.line(JSON.stringify(before));
        else for (const sentence of asItIs(phone, before)) out.text(sentence);
        return EXIT.done;
      }
      await proxy.ask("webhook", { method: "PUT", body: has("replace") ? { replace: true } : {} });
      if (has("json")) out.line(JSON.stringify({ set: true, before }));
      else out.text(asSet(phone, before));
      return EXIT.done;
    } catch (error) {
      if (error instanceof ConfigurationError) throw new Stop(EXIT.usage, error.message);
      if (!(error instanceof MaytapiError)) throw error;
      if (has("json")) out.line(JSON.stringify({ error }));
      if (error.code === "webhook_taken") err.text(`${err.red("not set:")} ${error.message} With --set --replace the proxy takes them over; to keep both, have the proxy pass them on (accounts.NAME.forward).`);
      else tell(error, err);
      return exitOf(error);
    }
  },
};

/** @param {string} phone @param {Receiver} receiver */
function asItIs(phone, { receiver, host, isCurrent, acks }) {
  if (receiver === "none") return [`The events of phone ${phone} go nowhere. --set points them at the proxy.`];
  if (receiver === "other") return [`The events of phone ${phone} go to ${host ?? "another receiver"}, not to the proxy. --set --replace would take them over.`];
  const sentences = [`The events of phone ${phone} go to the proxy.`];
  if (isCurrent === false) sentences.push("The address has an older secret than HOOK_SECRET: --set exchanges it.");
  sentences.push(acks ? "Acks are on: what becomes of messages is told." : "Acks are off, so nothing is told of what becomes of messages. --set turns them on.");
  return sentences;
}

/** @param {string} phone @param {Receiver} before */
function asSet(phone, { receiver, host, isCurrent, acks }) {
  const now = `The events of phone ${phone} go to the proxy now, acks included.`;
  if (receiver === "other") return `${now} Before, they went to ${host ?? "another receiver"}.`;
  if (receiver === "none") return `${now} Before, they went nowhere.`;
  return isCurrent !== false && acks ? `${now} They did before; nothing changed.` : `${now} ${acks ? "The address has the secret in use." : "Acks were off before."}`;
}
