// What the Worker's environment holds: settings, the phones' objects, the rate limiter, Analytics Engine.
import { env } from 'cloudflare:workers';
import { pending } from './pending.js';

/** A variable or secret as a text: objects as JSON, a binding that is neither as an empty one. */
export function setting(name) {
  const value = env[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** An argument of an RPC has 32 MiB at most, and is copied on the way. */
const LARGE = 1024 * 1024;

/** Has a phone's object send: its reply, or a number when that did not come in time (3) or failed (2). */
export const send = pending((deadline, name, claim, message, ms) =>
  deadline.within(ms, () => {
    const phone = env.PHONES.getByName(name);
    // The bytes are WebAssembly's memory, which moves: what is sent is a copy.
    const bytes = message.slice();
    // An RPC takes half the CPU of a request.
    if (bytes.length <= LARGE) return phone.send(claim, bytes);
    const reply = phone.fetch('https://phone/', { method: 'POST', headers: { 'x-claim': JSON.stringify(claim) }, body: bytes });
    return reply.then((response) => (response.ok ? response.text() : 2));
  }),
);

/** Asks a phone's object about its feed, by its own name: its answer, or a number when that did not come in time (3) or failed (2). */
export const ask = pending((deadline, name, question, ms) => deadline.within(ms, () => env.PHONES.getByName(name).ask(name, question)));

/** How a phone's object is: 1 when its storage answers, 11 when no webhooks come that should; else it did not answer in time (3) or failed. */
export const health = pending((deadline, name, ms) => deadline.within(ms, () => env.PHONES.getByName(name).health().then((health) => [0, 1, 11][health])));

/** Asks Cloudflare's rate limiter; it lets through when it can't be asked, since the object counts exactly. */
export const isWithinRateLimit = pending(async (key) => {
  try {
    return (await env.SHIELD.limit({ key })).success;
  } catch {
    return true;
  }
});

export function writeDataPoint(index, blobs, doubles) {
  env.ANALYTICS.writeDataPoint({ indexes: [index], blobs: blobs.split('\n'), doubles: [...doubles] });
}
