// The rules that say what goes wrong, for which requests, and how often.
// @ts-check

/**
 * @typedef {object} Rule
 * @property {string} kind one of KINDS
 * @property {string} [on] the endpoint, such as `listPhones`; `*` for all; `sendMessage` when not said
 * @property {string | number} [phoneId] only for this phone
 * @property {number} [times] how many requests it hits; 1 when not said, Infinity for all (over HTTP: null)
 * @property {number} [after] how many matching requests pass unharmed first
 * @property {boolean} [act] whether Maytapi does what was asked in spite of its answer
 * @property {number} [status]
 * @property {string} [message]
 * @property {string} [code]
 * @property {boolean} [bare] a 5xx without any body
 * @property {string} [location] where a redirect leads; the second listener when not said
 * @property {number} [ms]
 * @property {'head' | 'body'} [part] what is slow
 * @property {'before' | 'after'} [when] the connection is dropped before or after the request's body is read
 * @property {'json' | 'connection'} [cut] whether only the JSON stops in the middle, or the connection too
 * @property {number | string} [retryAfter] seconds or an HTTP date
 * @property {number} [bytes]
 * @property {string} [value] a content type
 * @property {unknown} [data] what stands where the ids should be
 * @property {unknown} [body]
 * @property {Record<string, string>} [headers]
 * @property {number} [copies]
 * @property {number[]} [codes]
 */

/** @typedef {Rule} WireFault a fault of the answer */
/** @typedef {Rule} DeliveryFault a fault of what comes after a message was queued */

/**
 * Each kind: which fields it takes, and whether Maytapi does what was asked when the rule does not say (`acts`).
 * `delivery` kinds leave the answer alone and concern what the message's webhooks say.
 * @type {Record<string, { fields: string[], acts?: boolean, delivery?: boolean }>}
 */
export const KINDS = {
  w05: { fields: [] },
  refused: { fields: ['message', 'code', 'status'] },
  http4xx: { fields: ['status', 'message', 'code'] },
  http5xx: { fields: ['status', 'message', 'code', 'bare'] },
  rateLimited: { fields: ['retryAfter', 'message'] },
  html: { fields: ['status'] },
  empty: { fields: ['status'] },
  redirect: { fields: ['status', 'location'] },
  hang: { fields: [] },
  drop: { fields: ['when'] },
  raw: { fields: ['status', 'headers', 'body'] },
  slow: { fields: ['ms', 'part'], acts: true },
  truncated: { fields: ['cut'], acts: true },
  huge: { fields: ['bytes'], acts: true },
  nonUtf8: { fields: [], acts: true },
  contentType: { fields: ['value'], acts: true },
  withoutIds: { fields: ['data'], acts: true },
  lateError: { fields: ['message', 'code'], delivery: true },
  acks: { fields: ['codes'], delivery: true },
  duplicateAcks: { fields: ['copies'], delivery: true },
  reorderAcks: { fields: [], delivery: true },
};

const COMMON = ['kind', 'on', 'phoneId', 'times', 'after', 'act'];

/** @typedef {{ hits: number, remove(): void }} Handle */

export class Faults {
  /** @type {{ rule: Rule, left: number, skip: number, handle: Handle }[]} */
  #rules = [];

  /**
   * @param {Rule} rule
   * @returns {Handle} counts the requests that the rule hit
   */
  add(rule) {
    check(rule);
    const entry = { rule: { ...rule }, left: rule.times ?? 1, skip: rule.after ?? 0, handle: { hits: 0, remove: () => {} } };
    entry.handle.remove = () => {
      this.#rules = this.#rules.filter((other) => other !== entry);
    };
    this.#rules.push(entry);
    return entry.handle;
  }

  clear() {
    this.#rules = [];
  }

  /**
   * What goes wrong with this request: the oldest matching rule for its answer, and all that concern its delivery.
   * @param {string | undefined} endpoint
   * @param {string | undefined} phoneId
   * @returns {{ wire?: WireFault, delivery: DeliveryFault[] }}
   */
  take(endpoint, phoneId) {
    /** @type {{ wire?: WireFault, delivery: DeliveryFault[] }} */
    const taken = { delivery: [] };
    for (const entry of this.#rules) {
      const { rule } = entry;
      const on = rule.on ?? 'sendMessage';
      if (on !== '*' && on !== endpoint) continue;
      if (rule.phoneId !== undefined && String(rule.phoneId) !== phoneId) continue;
      const delivery = KINDS[rule.kind]?.delivery ?? false;
      if (!delivery && taken.wire) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      entry.handle.hits += 1;
      if (delivery) taken.delivery.push(rule);
      else taken.wire = rule;
    }
    this.#rules = this.#rules.filter((entry) => entry.left > 0);
    return taken;
  }
}

/**
 * Whether Maytapi does what was asked, although the answer goes wrong.
 * @param {WireFault} rule
 */
export function acts(rule) {
  return rule.act ?? KINDS[rule.kind]?.acts ?? false;
}

/**
 * A misspelt rule would let a test pass that tests nothing.
 * @param {Rule} rule
 */
function check(rule) {
  const kind = Object.hasOwn(KINDS, rule.kind) ? KINDS[rule.kind] : undefined;
  if (!kind) throw new TypeError(`unknown kind of fault: ${rule.kind}`);
  for (const field of Object.keys(rule)) {
    if (!COMMON.includes(field) && !kind.fields.includes(field)) throw new TypeError(`a fault of kind ${rule.kind} takes no ${field}`);
  }
  const { times = 1, after = 0 } = rule;
  if (!(times >= 1) || !(after >= 0)) throw new TypeError('times is at least 1 and after at least 0');
  if (rule.kind === 'slow' && !(Number(rule.ms) > 0)) throw new TypeError('a slow answer needs ms');
  if (rule.kind === 'acks' && !(Array.isArray(rule.codes) && rule.codes.every(Number.isInteger))) throw new TypeError('acks need codes');
}
