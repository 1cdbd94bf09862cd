// The webhook payloads, in Maytapi's shapes: one function per kind of event, pure but for the ids it makes.
// @ts-check
import { randomBytes } from 'node:crypto';

/** @typedef {{ productId: string, phoneId: number }} Place */
/** @typedef {Record<string, unknown>} Event */

/** What an ack code is called. Maytapi's "delivered" means that WhatsApp's server has it. */
const ACK_TYPES = /** @type {Record<number, string>} */ ({ 1: 'delivered', 2: 'reached', 3: 'seen', 4: 'played', 5: 'deleted' });

/**
 * WhatsApp's own id of a message, with the participant in groups.
 * @param {boolean} fromMe
 * @param {string} chatId
 * @param {string} participant JID of who wrote it
 */
export function serializedId(fromMe, chatId, participant) {
  const id = `${fromMe}_${chatId}_3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
  return chatId.endsWith('@g.us') ? `${id}_${participant}` : id;
}

/** Unix time in seconds, as all of Maytapi's times are. */
export function seconds() {
  return Math.floor(Date.now() / 1000);
}

/**
 * @param {import('./account.mjs').Message} message
 * @param {number} ackCode
 */
export function ackItem({ chatId, msgId, rxid }, ackCode) {
  return { ackCode, ackType: ACK_TYPES[ackCode] ?? `unknown-${ackCode}`, chatId, msgId, rxid, time: seconds() };
}

/**
 * @param {Place} place
 * @param {Event[]} data
 * @returns {Event}
 */
export function ackEvent({ productId, phoneId }, data) {
  return { type: 'ack', product_id: productId, phone_id: phoneId, phoneId, data };
}

/**
 * @param {Place} place
 * @param {import('./account.mjs').Message} message
 * @param {import('./payload.mjs').Fault} fault
 * @returns {Event}
 */
export function errorEvent({ productId, phoneId }, message, fault) {
  return {
    type: 'error',
    code: fault.code,
    message: fault.message,
    product_id: productId,
    phone_id: phoneId,
    phoneId,
    data: { id: message.msgId, ...message.payload, phone_id: String(phoneId) },
  };
}

/**
 * @param {Place} place
 * @param {string} status
 * @returns {Event}
 */
export function statusEvent({ productId, phoneId }, status) {
  return { type: 'status', pid: productId, product_id: productId, phone_id: phoneId, phoneId, status };
}

/**
 * @param {Place} place
 * @param {string} conversation
 * @param {string} event
 * @returns {Event}
 */
export function liveEvent({ productId, phoneId }, conversation, event) {
  return { type: 'live_event', product_id: productId, phone_id: String(phoneId), conversation, data: { event } };
}

/**
 * An inbound message. `message` fields that are given win over the ones made here, so any type can be told.
 * @param {Place & { receiver: string, apiUrl: string }} place
 * @param {{ from: string, name?: string, conversation?: string, conversationName?: string, fromMe?: boolean, quoted?: unknown, message?: Event }} what
 * @returns {Event}
 */
export function messageEvent({ productId, phoneId, receiver, apiUrl }, what) {
  const jid = `${what.from}@c.us`;
  const conversation = what.conversation ?? jid;
  const fromMe = what.fromMe ?? false;
  const id = serializedId(fromMe, conversation, jid);
  return {
    type: 'message',
    product_id: productId,
    productId,
    phone_id: phoneId,
    phoneId,
    message: { type: 'text', text: 'hi', id, _serialized: id, fromMe, ...what.message },
    user: { id: jid, name: what.name ?? 'user', phone: what.from },
    conversation,
    conversation_name: what.conversationName ?? what.name ?? 'user',
    receiver,
    timestamp: seconds(),
    reply: `${apiUrl}/${phoneId}/sendMessage`,
    ...(what.quoted === undefined ? {} : { quoted: what.quoted }),
  };
}

/**
 * The votes for a poll, as an item among the acks.
 * @param {import('./account.mjs').Message} message
 * @param {Record<string, number>} votes how many per option
 */
export function pollVoteItem({ chatId, msgId, rxid, payload }, votes) {
  return { chatId, msgId, rxid, text: payload.message, time: seconds(), options: pollOptions(payload, votes) };
}

/**
 * @param {import('./payload.mjs').Payload} payload
 * @param {Record<string, number>} votes
 */
export function pollOptions(payload, votes) {
  const names = Array.isArray(payload.options) ? payload.options : [];
  return names.map((name, id) => ({ id, name, votes: votes[name] ?? 0 }));
}

/**
 * A reaction, as an item among the acks.
 * @param {import('./account.mjs').Message} message
 * @param {string} reaction
 * @param {string} reactorId
 */
export function reactionItem({ chatId, msgId, rxid }, reaction, reactorId) {
  return { chatId, msgId, rxid, reaction, reactionId: serializedId(false, chatId, reactorId), reactorId, time: seconds() };
}
