// What happens on WhatsApp's side: incoming messages, votes, reactions, late acks, told to the webhook.
// @ts-check
import { ackItem, errorEvent, liveEvent, messageEvent, pollOptions, pollVoteItem, reactionItem } from './events.mjs';
import { OWN_CODE } from './payload.mjs';

/** @typedef {import('./events.mjs').Event} Event */
/** @typedef {{ account: import('./account.mjs').Account, apiUrl: string }} World */

/**
 * Makes one thing happen and returns what goes to the webhook: the event, or the item of an `ack` event.
 *
 * | kind | takes |
 * |---|---|
 * | `message` | `phoneId?`, `from?`, `name?`, `conversation?`, `conversationName?`, `fromMe?`, `quoted?`, `message?` (its fields, `type` and all) |
 * | `status` | `phoneId?`, `status` |
 * | `live_event` | `phoneId?`, `conversation?`, `event` |
 * | `ack` | `msgId`, `code` |
 * | `error` | `msgId`, `code?`, `message?` |
 * | `pollVote` | `msgId`, `votes` (`{ option: count }`), `as?` (`"ack"` or `"message"`), `from?` |
 * | `reaction` | `msgId`, `reaction`, `as?`, `from?` |
 * | `raw` | `phoneId?`, `event`, any JSON |
 * @param {World} world
 * @param {string} kind
 * @param {Record<string, any>} what
 * @returns {Event}
 */
export function emit(world, kind, what) {
  const make = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!make) throw new TypeError(`nothing of kind ${kind} can happen`);
  return make(world, what);
}

/** @type {Record<string, (world: World, what: Record<string, any>) => Event>} */
const KINDS = {
  message: (world, what) => incoming(world, phoneOf(world, what), what),
  status: (world, what) => {
    const phone = phoneOf(world, what);
    world.account.setPhone(phone.id, { status: what.status });
    return { status: phone.status };
  },
  live_event: (world, what) => {
    const phone = phoneOf(world, what);
    return posted(world, phone, liveEvent(world.account.place(phone), what.conversation ?? `${SOMEBODY}@c.us`, what.event ?? 'taken_by_agent'));
  },
  ack: (world, what) => acked(world, what, (message) => ackItem(message, Number(what.code))),
  error: (world, what) => {
    const { message, phone } = messageOf(world, what);
    const fault = { code: what.code ?? OWN_CODE, message: what.message ?? 'The message could not be sent.' };
    return posted(world, phone, errorEvent(world.account.place(phone), message, fault));
  },
  pollVote: (world, what) => {
    const votes = what.votes ?? {};
    if (what.as !== 'message') return acked(world, what, (message) => pollVoteItem(message, votes));
    const { message, phone } = messageOf(world, what);
    const { payload } = message;
    const options = pollOptions(payload, votes).map((option) => ({ ...option, voters: [] }));
    const fields = { type: 'poll', text: payload.message, only_one: payload.only_one ?? false, options, id: message.rxid, _serialized: message.rxid };
    return incoming(world, phone, { from: what.from, conversation: message.chatId, message: fields });
  },
  reaction: (world, what) => {
    const from = what.from ?? SOMEBODY;
    if (what.as !== 'message') return acked(world, what, (message) => reactionItem(message, what.reaction ?? '👍', `${from}@c.us`));
    const { message, phone } = messageOf(world, what);
    const { reaction, reactionId, reactorId, msgId, rxid } = reactionItem(message, what.reaction ?? '👍', `${from}@c.us`);
    const fields = { type: 'reaction', text: undefined, reaction, reactionId, reactorId, msgId, rxid };
    return incoming(world, phone, { from, conversation: message.chatId, message: fields });
  },
  raw: (world, what) => posted(world, phoneOf(world, what), what.event),
};

/** A number that is reserved for fiction. */
const SOMEBODY = '12025550123';

/**
 * @param {World} world
 * @param {Record<string, any>} what
 */
function phoneOf({ account }, { phoneId }) {
  const phone = phoneId === undefined ? account.phones.values().next().value : account.phones.get(Number(phoneId));
  if (!phone) throw new TypeError(`there is no phone ${phoneId}`);
  return phone;
}

/**
 * @param {World} world
 * @param {Record<string, any>} what
 */
function messageOf({ account }, { msgId }) {
  const message = account.messages.get(msgId);
  const phone = message && account.phones.get(message.phoneId);
  if (!message || !phone) throw new TypeError(`there is no message ${msgId}`);
  return { message, phone };
}

/**
 * @param {World} world
 * @param {Record<string, any>} what
 * @param {(message: import('./account.mjs').Message) => Event} make
 */
function acked(world, what, make) {
  const { message, phone } = messageOf(world, what);
  const item = make(message);
  world.account.acknowledge(phone, item);
  return item;
}

/**
 * @param {World} world
 * @param {import('./account.mjs').Phone} phone
 * @param {Record<string, any>} what
 */
function incoming(world, phone, what) {
  const place = { ...world.account.place(phone), receiver: phone.number ?? '', apiUrl: world.apiUrl };
  return posted(world, phone, messageEvent(place, { ...what, from: what.from ?? SOMEBODY }));
}

/**
 * @param {World} world
 * @param {import('./account.mjs').Phone} phone
 * @param {Event} event
 */
function posted(world, phone, event) {
  world.account.post(phone, event);
  return event;
}
