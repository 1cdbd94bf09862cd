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
}

/** What a token says. */
export interface TokenOptions {
  /** The proxy's `TOKEN_SECRET`: at least 32 bytes, known to the backend and the proxy alone. */
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
