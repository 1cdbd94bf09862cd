// Types of `maytapi/token`.

/** What a token's holder may do. It only narrows what the proxy's policy allows; a part that is left out narrows nothing. */
export interface Capability {
  /** Phones to send from, by id or as `account/id`. */
  phones?: readonly (string | number)[] | undefined;
  /** Message types that may be sent. */
  types?: readonly string[] | undefined;
  /** Recipients that may be written to. */
  to?: readonly string[] | undefined;
  /** Reads that may be made: all, none, or those by name (`status`, `queue`, …). */
  read?: boolean | readonly string[] | undefined;
  /** Whether batches may be queued. */
  batch?: boolean | undefined;
  /** Whose messages may be followed: nobody's, those that this subject sent, or all of the phone. */
  watch?: false | "own" | "phone" | undefined;
  /** Whether the phone may be managed: its webhook be set up, all its batches be steered, opt-outs be taken back. */
  manage?: boolean | undefined;
}

/** What a token says. */
export interface TokenOptions {
  /** The proxy's `TOKEN_SECRET`: at least 32 bytes, known to the backend and the proxy alone. Line ends at its end don't count. */
  secret: string;
  /** Whose token it is; the proxy's limits count by it. */
  subject: string;
  /** What the proxy expects in `aud`. Default: `maytapi-edge`. */
  audience?: string | undefined;
  /** What the proxy expects in `iss`, where it does. */
  issuer?: string | undefined;
  /** How long the token is good, in seconds. Default: 600. */
  expiresInSeconds?: number | undefined;
  /** What it may do. Default: all that the proxy's policy allows. */
  capability?: Capability | undefined;
  /** The time that counts as now. Default: the clock's. */
  now?: Date | undefined;
}

/**
 * Mints a token for the edge proxy: a JWT signed with HS256. For a backend, never for a page: the secret opens the proxy.
 *
 * @throws {ConfigurationError} That names the option at fault, without its value.
 */
export function mintToken(options: TokenOptions): Promise<string>;

/** How a webhook is verified. */
export interface VerifyOptions {
  /** The secret that the proxy signs with (`accounts.NAME.forward.secretName`): `whsec_` and base64. While it is exchanged, both. */
  secret: string | readonly string[];
  /** How old a signature may be, in seconds: older ones may be replays. Default: 300. */
  toleranceSeconds?: number;
  /** The time that counts as now. Default: the clock's. */
  now?: Date;
}

/** One of Maytapi's webhooks, as the proxy passed it on. */
export interface VerifiedWebhook {
  /** The same at each attempt: by it a repetition is known. */
  id: string;
  /** When it was signed. */
  timestamp: Date;
  /** Maytapi's own body, for `parseWebhook`. */
  event: unknown;
}

/** A request's headers: a `Headers`, or an object as Node's. */
export type WebhookHeaders = { get(name: string): string | null } | Record<string, string | string[] | undefined>;

/**
 * Verifies a webhook that the proxy passed on, signed as Standard Webhooks prescribe (https://www.standardwebhooks.com).
 *
 * @param body The request's body as it came: parsed and written again it is another.
 * @throws {AuthenticationError} Where it is not signed with this secret, or too long ago.
 * @throws {ConfigurationError} Where an option is wrong.
 */
export function verifyWebhook(body: string | Uint8Array, headers: WebhookHeaders, options: VerifyOptions): Promise<VerifiedWebhook>;
