// A phone's object as a careful user would write it on SQLite: idempotency, limits, a record of each send, and the call to Maytapi itself.
import { DurableObject } from 'cloudflare:workers';
import * as z from 'zod';
import { settings } from './worker.js';

const UPSTREAM_MS = 30_000;
const CLEAN_EVERY_MS = 3_600_000;
const RETENTION_MS = 48 * 3_600_000;
const LONGEST_ANSWER = 1024 * 1024;
const STATE = { posted: 1, queued: 2, refused: 3, unknown: 4 };
const WINDOWS = [['minute', 60_000], ['day', 86_400_000], ['month', 2_592_000_000]];

const queued = z.object({ success: z.literal(true), data: z.object({ chatId: z.string().optional(), msgId: z.string() }) });
const refused = z.object({ success: z.literal(false), message: z.string().optional(), code: z.string().optional() });

const failed = (kind, status, detail, more = {}) => ({ failed: { kind, status, detail, retryable: 'no', ...more } });
const unknown = () => failed('outcome_unknown', 502, 'The message may or may not have gone out.', { retryable: 'unknown' });

export class Phone extends DurableObject {
  #inFlight = new Set();
  #alarmSet = false;

  constructor(state, env) {
    super(state, env);
    const { sql } = state.storage;
    state.storage.transactionSync(() => {
      sql.exec('CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, state INTEGER NOT NULL, digest TEXT, made INTEGER NOT NULL, outcome TEXT) WITHOUT ROWID');
      sql.exec('CREATE INDEX IF NOT EXISTS records_by_age ON records (made)');
      sql.exec('CREATE INDEX IF NOT EXISTS records_open ON records (state) WHERE state < 2');
      sql.exec('CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL, minute INTEGER NOT NULL, minute_n INTEGER NOT NULL, day INTEGER NOT NULL, day_n INTEGER NOT NULL, month INTEGER NOT NULL, month_n INTEGER NOT NULL) WITHOUT ROWID');
      sql.exec('UPDATE records SET state = ?, outcome = ? WHERE state = ? AND state < 2', STATE.unknown, JSON.stringify(unknown()), STATE.posted);
    });
  }

  async send(claim, body) {
    return JSON.stringify(await this.#answer(JSON.parse(claim), body));
  }

  async alarm() {
    this.ctx.storage.sql.exec('DELETE FROM records WHERE id IN (SELECT id FROM records WHERE made < ? AND state >= 2 LIMIT 5000)', Date.now() - RETENTION_MS);
    await this.ctx.storage.setAlarm(Date.now() + CLEAN_EVERY_MS);
  }

  async #answer(claim, body) {
    const { config } = await settings(this.env);
    if (!this.#alarmSet) {
      this.#alarmSet = true;
      if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + CLEAN_EVERY_MS);
    }
    const { sql } = this.ctx.storage;
    const [record] = sql.exec('SELECT state, digest, outcome FROM records WHERE id = ?', claim.id);
    if (record) return this.#known(claim, record);
    const counted = this.#count(claim, config.limits);
    if (counted.exceeded) return { outcome: failed('rate_limited', 429, `The limit per ${counted.exceeded.scope} is used up.`, { retryable: 'yes', retry_after: counted.exceeded.seconds }) };
    this.ctx.storage.transactionSync(() => {
      sql.exec('INSERT INTO records (id, state, digest, made) VALUES (?, ?, ?, ?)', claim.id, STATE.posted, claim.digest, Date.now());
      for (const { name, last, slots, counts } of counted.counters) {
        sql.exec('INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', name, last, ...slots, ...counts);
      }
    });
    // A task of the object's own: it runs on when the request that asked for it is gone.
    this.#inFlight.add(claim.id);
    const sending = this.#send(claim, body, config).finally(() => this.#inFlight.delete(claim.id));
    this.ctx.waitUntil(sending);
    return { ...(await sending), standings: counted.standings };
  }

  #known(claim, { state, digest, outcome }) {
    if (digest !== claim.digest) return { outcome: failed('idempotency_key_reused', 422, 'This Idempotency-Key came with another message before.') };
    if (outcome !== null) {
      const stored = JSON.parse(outcome);
      if (stored.queued?.chatId === '=') stored.queued.chatId = claim.chat;
      return { outcome: stored, replayed: true };
    }
    if (this.#inFlight.has(claim.id)) return { outcome: failed('in_flight', 409, 'A request with this Idempotency-Key is under way.', { retryable: 'yes', retry_after: 1 }) };
    this.#settle(claim.id, STATE.unknown, unknown());
    return { outcome: unknown(), replayed: true };
  }

  #count(claim, limits) {
    const now = Date.now();
    const scopes = [['caller', `c:${claim.caller}`], ['recipient', `r:${claim.recipient}`], ['phone', 'p']];
    const rows = new Map();
    for (const row of this.ctx.storage.sql.exec('SELECT name, last, minute, day, month, minute_n, day_n, month_n FROM counters WHERE name IN (?, ?, ?)', ...scopes.map(([, name]) => name))) rows.set(row.name, row);
    const counters = [];
    const standings = [];
    for (const [scope, name] of scopes) {
      const limit = limits[scope];
      if (limit === undefined) continue;
      const row = rows.get(name);
      const gap = (limit.gapSeconds ?? 0) * 1000 - Math.max(now - (row?.last ?? 0), 0);
      if (row && gap > 0) return { exceeded: { scope, seconds: Math.ceil(gap / 1000) } };
      const slots = [];
      const counts = [];
      for (const [window, [unit, length]] of WINDOWS.entries()) {
        const slot = Math.floor(now / length);
        const used = row?.[unit] === slot ? row[`${unit}_n`] : 0;
        const quota = limit[unit];
        const seconds = Math.ceil(((slot + 1) * length - now) / 1000);
        if (quota !== undefined && used >= quota) return { exceeded: { scope, seconds } };
        slots.push(slot);
        counts.push(used + 1);
        if (quota !== undefined) standings.push({ scope, window, quota, left: quota - used - 1, reset_s: seconds });
      }
      counters.push({ name, last: now, slots, counts });
    }
    return { counters, standings };
  }

  async #send(claim, body, config) {
    const { productId, keySecret } = config.accounts[claim.account];
    const started = Date.now();
    const { status, outcome } = await this.#exchange(`${this.env.UPSTREAM ?? 'https://api.maytapi.com/api'}/${productId}/${claim.phone}/sendMessage`, this.env[keySecret], body);
    if (outcome.queued) {
      const chatId = outcome.queued.chatId === claim.chat ? '=' : undefined;
      this.#settle(claim.id, STATE.queued, { queued: { chatId, msgId: outcome.queued.msgId } });
    } else if (outcome.failed.retryable === 'yes') this.ctx.storage.sql.exec('DELETE FROM records WHERE id = ?', claim.id);
    else if (outcome.failed.retryable === 'no') this.#settle(claim.id, STATE.refused, outcome);
    else this.#settle(claim.id, STATE.unknown, unknown());
    return { outcome, upstream_status: status, upstream_ms: Date.now() - started };
  }

  async #exchange(url, key, body) {
    let response;
    let text;
    // A timer that is cleared: an object may have 10,000 at most, and AbortSignal.timeout keeps its own until it rings.
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), UPSTREAM_MS);
    try {
      const headers = { 'content-type': 'application/json', accept: 'application/json', 'x-maytapi-key': key };
      response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: controller.signal });
      text = await response.text();
    } catch {
      return { status: null, outcome: failed('upstream_unreachable', 502, 'Maytapi could not be reached.', { retryable: 'unknown' }) };
    } finally {
      clearTimeout(timer);
    }
    const { status } = response;
    let json;
    try {
      json = text.length > LONGEST_ANSWER ? undefined : JSON.parse(text);
    } catch {
      json = undefined;
    }
    const good = queued.safeParse(json);
    if (good.success && response.ok) return { status, outcome: { queued: good.data.data } };
    const bad = refused.safeParse(json);
    if (bad.success && status < 500) {
      const busy = bad.data.code === 'W05' || status === 429;
      return { status, outcome: failed(busy ? 'upstream_busy' : 'upstream_refused', busy ? 503 : 502, bad.data.message ?? 'Maytapi refused the message.', { code: bad.data.code, retryable: busy ? 'yes' : 'no' }) };
    }
    return { status, outcome: failed('upstream_unreadable', 502, "Maytapi's answer can't be read.", { retryable: 'unknown' }) };
  }

  #settle(id, state, outcome) {
    this.ctx.storage.sql.exec('UPDATE records SET state = ?, outcome = ? WHERE id = ?', state, JSON.stringify(outcome), id);
  }
}

export { default } from './worker.js';
