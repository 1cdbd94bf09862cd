// Where a command sends to, as which phone and with which credential: options that stand on the command line, secrets from the environment only.
// @ts-check
import { ConfigurationError, MaytapiClient } from "../node.js";
import { withoutLineEnds } from "../lib/secret.js";
import { EXIT, Stop } from "./exit.js";

/** @type {Record<"phone" | "base-url" | "timeout", import("./main.js").Option>} */
export const CONNECTION = {
  phone: { type: "string", value: "id", about: "The phone to send from. Default: MAYTAPI_PHONE_ID." },
  "base-url": { type: "string", value: "url", about: "The proxy, with the account. Default: MAYTAPI_BASE_URL." },
  timeout: { type: "string", value: "seconds", about: "For each try. Default: 60." },
};

export const PROXY = {
  MAYTAPI_BASE_URL: "The proxy: https://edge.example/api/main",
  MAYTAPI_TOKEN: 'A token for it, as "maytapi token" mints.',
  MAYTAPI_PHONE_ID: "The phone to send from.",
};

/**
 * @param {import("./main.js").Text} text
 * @param {NodeJS.ProcessEnv} env
 */
export function clientOf(text, env) {
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
