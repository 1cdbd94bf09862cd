// Maytapi's duplicate filter: in one conversation the last 3 unique messages cannot be sent more than 3 times.
// @ts-check
import { createHash } from 'node:crypto';

const REMEMBERED = 3;
const MOST_SENDS = 3;
const MAX_CHATS = 10_000;

export class DuplicateFilter {
  /** @type {Map<string, { print: string, sends: number }[]>} per chat, most recently sent last */
  #chats = new Map();

  /**
   * Counts a message and says whether it may go out.
   * @param {string} chatId
   * @param {import('./payload.mjs').Payload} payload
   */
  admits(chatId, payload) {
    if (payload.skip_filter === true) return true;
    const print = fingerprint(payload);
    const recent = this.#chats.get(chatId) ?? [];
    const known = recent.find((entry) => entry.print === print);
    if (known && known.sends >= MOST_SENDS) return false;
    const others = recent.filter((entry) => entry !== known);
    const now = [...others, { print, sends: (known?.sends ?? 0) + 1 }].slice(-REMEMBERED);
    this.#chats.delete(chatId);
    this.#chats.set(chatId, now);
    if (this.#chats.size > MAX_CHATS) this.#chats.delete(this.#chats.keys().next().value ?? '');
    return true;
  }
}

/**
 * Everything that makes the message what it is; the recipient is the chat's, and spelled in several ways.
 * @param {import('./payload.mjs').Payload} payload
 */
function fingerprint(payload) {
  const hash = createHash('sha256');
  for (const key of Object.keys(payload).sort()) {
    if (key !== 'to_number' && key !== 'skip_filter') hash.update(`${key}\0${JSON.stringify(payload[key])}\0`);
  }
  return hash.digest('base64');
}
