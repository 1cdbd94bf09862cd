// Webhook delivery as Maytapi does it: one JSON object per POST, again on a 5xx, everything noted in the log.
// @ts-check
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** @typedef {import('./events.mjs').Event} Event */

/**
 * @typedef {object} Delivery one attempt to bring an event to the webhook
 * @property {number} time milliseconds since the Unix epoch
 * @property {string} url
 * @property {Event} event
 * @property {number} attempt 1 for the first
 * @property {number} [status] what the receiver answered
 * @property {string} [error] why there was no answer
 */

/**
 * @typedef {object} LogRow a row of GET /logs
 * @property {number} id
 * @property {string} pid
 * @property {number | null} phone
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string} type
 * @property {{ body: Event, webhook: string, response: { body: string | null, statusCode: number | null } }} data
 */

/** Which kind of row an event makes in the log; the other kinds make none. */
const LOGGED_AS = /** @type {Record<string, string>} */ ({ message: 'incoming', ack: 'outgoing', error: 'error' });

const MAX_WAITING = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export class Outbox {
  /** @type {Delivery[]} every attempt, oldest first */
  deliveries = [];
  /** @type {LogRow[]} newest first */
  log = [];

  #options;
  #timers;
  #rowIds = 0;
  /** @type {Map<string, { url: string, event: Event, row?: LogRow }[]>} per lane, what waits for its first attempt */
  #lanes = new Map();
  #waiting = 0;
  #running = 0;
  /** @type {Set<import('node:http').ClientRequest>} */
  #open = new Set();
  #epoch = 0;

  /**
   * @param {{ productId: string, webhookAttempts: number, webhookRetryMs: number, webhookTimeoutMs: number, maxRecords: number, log: (line: string) => void }} options
   * @param {import('./timers.mjs').Timers} timers
   */
  constructor(options, timers) {
    this.#options = options;
    this.#timers = timers;
  }

  /** How many deliveries wait or are under way (retries that wait for their time are timers). */
  get pending() {
    return this.#waiting + this.#running;
  }

  /**
   * Logs an event and, where there is a webhook, delivers it. The first attempts of one phone are made in order;
   * retries overtake nobody and hold nobody up.
   * @param {string} url empty when there is no webhook
   * @param {number | null} phoneId
   * @param {Event} event
   */
  post(url, phoneId, event) {
    const row = this.#logged(url, phoneId, event);
    if (url === '') return;
    if (this.#waiting >= MAX_WAITING) {
      this.#options.log(`simulator: webhook backlog is full, an event of type ${event.type} was dropped`);
      return;
    }
    const lane = String(phoneId);
    const queue = this.#lanes.get(lane);
    this.#waiting += 1;
    if (queue) {
      queue.push({ url, event, row });
    } else {
      this.#lanes.set(lane, [{ url, event, row }]);
      void this.#drain(lane);
    }
  }

  /** Forgets everything and ends what is under way. */
  reset() {
    this.#epoch += 1;
    this.#lanes.clear();
    this.#waiting = 0;
    this.#running = 0;
    for (const request of this.#open) request.destroy();
    this.#open.clear();
    this.deliveries.length = 0;
    this.log.length = 0;
  }

  /** @param {string} lane */
  async #drain(lane) {
    const epoch = this.#epoch;
    const queue = this.#lanes.get(lane) ?? [];
    for (let next = queue.shift(); next && epoch === this.#epoch; next = queue.shift()) {
      this.#waiting -= 1;
      await this.#attempt(next.url, next.event, next.row, 1);
    }
    if (epoch === this.#epoch) this.#lanes.delete(lane);
  }

  /**
   * @param {string} url
   * @param {Event} event
   * @param {LogRow | undefined} row
   * @param {number} attempt
   */
  async #attempt(url, event, row, attempt) {
    const epoch = this.#epoch;
    const { webhookAttempts, webhookRetryMs, log } = this.#options;
    /** @type {Delivery} */
    const delivery = { time: Date.now(), url, event, attempt };
    this.deliveries.push(delivery);
    if (this.deliveries.length > this.#options.maxRecords) this.deliveries.shift();
    this.#running += 1;
    const answer = await this.#post(url, JSON.stringify(event)).catch((/** @type {Error} */ error) => error);
    if (epoch !== this.#epoch) return;
    this.#running -= 1;
    if (answer instanceof Error) delivery.error = answer.message;
    else delivery.status = answer.status;
    if (row) {
      row.updated_at = new Date().toISOString();
      row.data.response = answer instanceof Error ? { body: answer.message, statusCode: null } : { body: answer.body, statusCode: answer.status };
    }
    const again = answer instanceof Error || answer.status >= 500;
    if (!again) return;
    if (attempt < webhookAttempts) this.#timers.after(webhookRetryMs, () => void this.#attempt(url, event, row, attempt + 1));
    else log(`simulator: the webhook never took an event of type ${event.type} (${delivery.status ?? delivery.error})`);
  }

  /**
   * One POST; a redirect is an answer like any other, and nothing is kept alive.
   * @param {string} url
   * @param {string} body
   * @returns {Promise<{ status: number, body: string }>}
   */
  #post(url, body) {
    return new Promise((resolve, reject) => {
      const start = url.startsWith('https:') ? httpsRequest : httpRequest;
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const request = start(url, { method: 'POST', agent: false, headers, timeout: this.#options.webhookTimeoutMs }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => {
          if (text.length < MAX_ANSWER_BYTES) text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text.slice(0, MAX_ANSWER_BYTES) }));
        response.on('error', reject);
      });
      this.#open.add(request);
      request.on('timeout', () => request.destroy(new Error('the webhook did not answer in time')));
      request.on('error', reject);
      request.on('close', () => this.#open.delete(request));
      request.end(body);
    });
  }

  /**
   * @param {string} webhook
   * @param {number | null} phone
   * @param {Event} event
   */
  #logged(webhook, phone, event) {
    const type = LOGGED_AS[String(event.type)];
    if (!type) return undefined;
    const now = new Date().toISOString();
    /** @type {LogRow} */
    const row = {
      id: ++this.#rowIds,
      pid: this.#options.productId,
      phone,
      created_at: now,
      updated_at: now,
      type,
      data: { body: event, webhook, response: { body: null, statusCode: null } },
    };
    this.log.unshift(row);
    if (this.log.length > 1000) this.log.pop();
    return row;
  }
}
