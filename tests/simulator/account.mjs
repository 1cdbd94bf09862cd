// One Maytapi product: its phones, their send queues, and what becomes of every message that was queued.
// @ts-check
import { randomUUID } from 'node:crypto';
import { ackEvent, ackItem, errorEvent, serializedId, statusEvent } from './events.mjs';
import { DuplicateFilter } from './filter.mjs';
import { chatIdOf, lateFault, OWN_CODE } from './payload.mjs';

/** @typedef {import('./payload.mjs').Payload} Payload */
/** @typedef {import('./options.mjs').Options} Options */

/**
 * @typedef {object} Message
 * @property {string} msgId Maytapi's id
 * @property {string} rxid WhatsApp's id
 * @property {string} chatId
 * @property {number} phoneId
 * @property {Payload} payload
 * @property {'queued' | 'sent' | 'failed' | 'filtered' | 'purged'} state
 * @property {import('./faults.mjs').DeliveryFault[]} faults what was asked to go wrong after the answer
 */

/**
 * @typedef {object} Phone
 * @property {number} id
 * @property {string | undefined} number
 * @property {string} name
 * @property {string} status
 * @property {string} webhook empty: the product's is used
 * @property {boolean} ackDelivery
 * @property {Message[]} queue
 * @property {DuplicateFilter} filter
 * @property {boolean} pumping
 * @property {import('./events.mjs').Event[]} acks waiting to go out together
 */

export const STATUSES = ['active', 'qr-code', 'qr-screen', 'idle', 'phone-error', 'loading', 'disabled'];

const MAX_QUEUE = 100_000;
const MAX_MESSAGES = 20_000;
const MAX_ACK_BATCH = 100;

export class Account {
  /** @type {Map<number, Phone>} */
  phones = new Map();
  /** @type {Map<string, Message>} the latest messages, by msgId */
  messages = new Map();
  webhook = '';
  ackDelivery = false;

  #options;
  #timers;
  #outbox;

  /**
   * @param {Options} options
   * @param {import('./timers.mjs').Timers} timers
   * @param {import('./outbox.mjs').Outbox} outbox
   */
  constructor(options, timers, outbox) {
    this.#options = options;
    this.#timers = timers;
    this.#outbox = outbox;
    this.reset();
  }

  reset() {
    this.messages.clear();
    this.phones.clear();
    this.webhook = this.#options.webhook;
    this.ackDelivery = this.#options.ackDelivery;
    for (const phone of this.#options.phones) this.setPhone(phone.id, phone);
  }

  /**
   * Adds a phone or changes one; a new status is told to the webhook.
   * @param {number} id
   * @param {{ number?: string, name?: string, status?: string, webhook?: string, ackDelivery?: boolean }} patch
   */
  setPhone(id, patch) {
    if (!Number.isSafeInteger(id) || id < 0) throw new TypeError(`a phone id is a whole number, not ${id}`);
    if (patch.status !== undefined && !STATUSES.includes(patch.status)) throw new TypeError(`unknown phone status ${patch.status}`);
    const known = this.phones.get(id);
    /** @type {Phone} */
    const phone = known ?? {
      id,
      number: undefined,
      name: `Phone ${id}`,
      status: 'active',
      webhook: '',
      ackDelivery: false,
      queue: [],
      filter: new DuplicateFilter(),
      pumping: false,
      acks: [],
    };
    const before = phone.status;
    const { number = phone.number, name = phone.name, status = before, webhook = phone.webhook, ackDelivery = phone.ackDelivery } = patch;
    Object.assign(phone, { number, name, status, webhook, ackDelivery });
    this.phones.set(id, phone);
    if (known && status !== before) this.post(phone, statusEvent(this.place(phone), status));
    this.#pump(phone);
  }

  /**
   * Puts a message into the phone's queue: what Maytapi calls success.
   * @param {Phone} phone
   * @param {Payload} payload
   * @param {import('./faults.mjs').DeliveryFault[]} faults
   * @returns {Message | undefined} undefined when the queue is full
   */
  enqueue(phone, payload, faults) {
    if (phone.queue.length >= MAX_QUEUE) return undefined;
    const chatId = chatIdOf(String(payload.to_number));
    const rxid = serializedId(true, chatId, `${phone.number ?? ''}@c.us`);
    /** @type {Message} */
    const message = { msgId: randomUUID(), rxid, chatId, phoneId: phone.id, payload, state: 'queued', faults };
    phone.queue.push(message);
    this.messages.set(message.msgId, message);
    if (this.messages.size > MAX_MESSAGES) this.messages.delete(this.messages.keys().next().value ?? '');
    this.#pump(phone);
    return message;
  }

  /** @param {Phone} phone */
  purge(phone) {
    for (const message of phone.queue) message.state = 'purged';
    phone.queue.length = 0;
  }

  /**
   * Restarts the phone's instance: it loads for a while, then is as it was.
   * @param {Phone} phone
   */
  restart(phone) {
    const { status } = phone;
    this.setPhone(phone.id, { status: 'loading' });
    this.#timers.after(this.#options.restartMs, () => {
      if (phone.status === 'loading') this.setPhone(phone.id, { status: status === 'loading' ? 'active' : status });
    });
  }

  /**
   * Sends an ack's item to the webhook, together with others that come at about the same time.
   * @param {Phone} phone
   * @param {import('./events.mjs').Event} item
   */
  acknowledge(phone, item) {
    if (!this.ackDelivery && !phone.ackDelivery) return;
    phone.acks.push(item);
    if (phone.acks.length === 1) this.#timers.after(this.#options.ackBatchMs, () => this.#flush(phone));
    else if (phone.acks.length >= MAX_ACK_BATCH) this.#flush(phone);
  }

  /**
   * @param {Phone} phone
   * @param {import('./events.mjs').Event} event
   */
  post(phone, event) {
    this.#outbox.post(phone.webhook || this.webhook, phone.id, event);
  }

  /** @param {Phone} phone */
  place(phone) {
    return { productId: this.#options.productId, phoneId: phone.id };
  }

  /** Whether any phone that works still has something to send. */
  get sending() {
    return [...this.phones.values()].some((phone) => phone.status === 'active' && phone.queue.length > 0);
  }

  /** @param {Phone} phone */
  #flush(phone) {
    const data = phone.acks.splice(0);
    if (data.length > 0) this.post(phone, ackEvent(this.place(phone), data));
  }

  /** @param {Phone} phone */
  #pump(phone) {
    if (phone.pumping || phone.status !== 'active' || phone.queue.length === 0) return;
    phone.pumping = true;
    this.#timers.after(this.#options.sendEveryMs, () => {
      phone.pumping = false;
      const message = phone.status === 'active' ? phone.queue.shift() : undefined;
      if (message) this.#send(phone, message);
      this.#pump(phone);
    });
  }

  /**
   * @param {Phone} phone
   * @param {Message} message
   */
  #send(phone, message) {
    const failure = this.#failure(phone, message);
    if (failure) {
      message.state = failure.state;
      if (failure.told) this.post(phone, errorEvent(this.place(phone), message, failure.fault));
    } else {
      message.state = 'sent';
      this.#scheduleAcks(phone, message);
    }
    forgetMedia(message);
  }

  /**
   * @param {Phone} phone
   * @param {Message} message
   * @returns {{ state: 'failed' | 'filtered', told: boolean, fault: import('./payload.mjs').Fault } | undefined}
   */
  #failure(phone, message) {
    const asked = message.faults.find((rule) => rule.kind === 'lateError');
    const fault = asked
      ? { code: asked.code ?? OWN_CODE, message: asked.message ?? 'The message could not be sent.' }
      : (lateFault(message.payload) ?? (this.reachable(message.chatId) ? undefined : { code: OWN_CODE, message: 'NOT_ON_WHATSAPP' }));
    if (fault) return { state: 'failed', told: true, fault };
    const { duplicateFilter } = this.#options;
    if (duplicateFilter === 'off' || phone.filter.admits(message.chatId, message.payload)) return undefined;
    return { state: 'filtered', told: duplicateFilter === 'error', fault: { code: OWN_CODE, message: 'Message is filtered as duplicate.' } };
  }

  /**
   * Whether the chat's number is on WhatsApp.
   * @param {string} chatId
   */
  reachable(chatId) {
    return !this.#options.notOnWhatsApp.includes(chatId.replace(/@.*/, ''));
  }

  /**
   * @param {Phone} phone
   * @param {Message} message
   */
  #scheduleAcks(phone, message) {
    const { ackEveryMs } = this.#options;
    let codes = message.faults.find((rule) => rule.kind === 'acks')?.codes ?? this.#options.acks;
    if (message.faults.some((rule) => rule.kind === 'reorderAcks')) codes = codes.toReversed();
    const copies = message.faults.find((rule) => rule.kind === 'duplicateAcks')?.copies ?? 1;
    // Copies come one whole step apart, so that a copy also arrives after later acks.
    codes.forEach((code, index) => {
      for (let copy = 0; copy < copies; copy += 1) {
        this.#timers.after(ackEveryMs * (index + 1 + copy), () => this.acknowledge(phone, ackItem(message, code)));
      }
    });
  }
}

/**
 * A sent file is not needed any more, and 20,000 of them would be too much to keep.
 * @param {Message} message
 */
function forgetMedia(message) {
  const { message: content } = message.payload;
  if (typeof content === 'string' && content.length > 10_000) {
    message.payload = { ...message.payload, message: `${content.slice(0, 100)}… (${content.length} characters)` };
  }
}
