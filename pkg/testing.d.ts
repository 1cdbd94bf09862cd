// Types of `maytapi/testing`.

/** A request as it would have gone out. */
export interface RecordedRequest {
  url: string;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The body's text. */
  body: string;
  /** The body as JSON, where it is. */
  json: unknown;
}

/** An answer in parts: a body that is no text is written as JSON. */
export interface ScriptedAnswer {
  /** Default: 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** How long the answer takes; aborting ends the wait. */
  delayMs?: number;
}

/** What one request comes to: an answer, an error that `fetch` rejects with, or a function that decides. */
export type Step = Response | Error | ScriptedAnswer | ((request: RecordedRequest) => Response | Error | ScriptedAnswer | Promise<Response | Error | ScriptedAnswer>);

/** A `fetch` that sends nothing. */
export interface ScriptedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** What it was asked, oldest first. */
  readonly requests: RecordedRequest[];
  /** Adds steps to the end of the script. */
  script(...more: Step[]): void;
}

/** Makes a `fetch` for the client's `fetch` option: one step for each request, in order; after the last one every message is queued. */
export function scriptedFetch(script?: Step[]): ScriptedFetch;

/** The answer to a message that was queued. */
export function queued(msgId: string): ScriptedAnswer;

/** The answer of Maytapi when it says no, which it does with HTTP 200. */
export function refused(message: string, code?: string): ScriptedAnswer;

/** A connection that fails, as `fetch` tells it. */
export function disconnected(): Error;
