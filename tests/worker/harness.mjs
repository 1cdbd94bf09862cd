// One Worker for the tests of a file: sends requests, keeps every answer, and at the end finds no secret in any of them or in the log.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { startStack } from '../stack.mjs';

/** A text that no answer and no log line may hold. */
export const CANARY_TEXT = 'canary-message-text-7d1f';

/** @typedef {{ status: number, headers: Headers, text: string, body: any }} Answer */

/**
 * @param {import('../stack.mjs').Options} [options]
 */
export function useWorker(options = {}) {
  /** @type {import('../stack.mjs').Stack} */
  let stack;
  /** @type {string[]} */
  const answers = [];
  /** @type {Set<string>} */
  const tokens = new Set();

  before(async () => {
    stack = await startStack(options);
  });
  beforeEach(() => stack.simulator.reset());
  after(async () => {
    if (!stack) return;
    try {
      noSecrets();
    } finally {
      await stack.close();
    }
  });

  /**
   * @param {string} path
   * @param {RequestInit & { duplex?: 'half' }} [init]
   * @returns {Promise<Answer>}
   */
  async function call(path, init = {}) {
    const response = await fetch(`${stack.edge}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    answers.push(`${init.method ?? 'GET'} ${path} ${response.status}\n${[...response.headers].join('\n')}\n${text}`);
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  /** @param {Record<string, unknown>} [claims] */
  async function token(claims) {
    const minted = await stack.token(claims);
    tokens.add(minted);
    return minted;
  }

  /**
   * Posts a message as a page does. A body that is no object goes as it is; a header that is undefined is left out.
   * @param {unknown} message
   * @param {{ token?: string | null, path?: string, headers?: Record<string, string | undefined>, claims?: Record<string, unknown> }} [how]
   */
  async function post(message, { token: shown, path = '/api/main/1150/sendMessage', headers = {}, claims } = {}) {
    const bearer = shown === undefined ? await token(claims) : shown;
    if (bearer) tokens.add(bearer);
    const all = { 'content-type': 'application/json', authorization: bearer === null ? undefined : `Bearer ${bearer}`, ...headers };
    const body = typeof message === 'object' && !(message instanceof Uint8Array) ? JSON.stringify(message) : /** @type {any} */ (message);
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    return call(path, { method: 'POST', body, headers: /** @type {[string, string][]} */ (given) });
  }

  function noSecrets() {
    const log = stack.logs();
    const secrets = [stack.simulator.apiKey, stack.secret, CANARY_TEXT, ...[...tokens].filter((text) => text.length > 24)];
    assert.ok(answers.length > 0 && log.length > 0);
    for (const secret of secrets) {
      assert.ok(!log.includes(secret), 'a secret is in the log');
      for (const answer of answers) assert.ok(!answer.includes(secret), `a secret is in an answer:\n${answer}`);
    }
    assert.ok(!log.includes('12025550123'), 'a recipient is in the log');
  }

  return {
    /** @returns {import('../stack.mjs').Stack} */
    get stack() {
      return stack;
    },
    call,
    post,
    token,
    /** @param {Answer} answer @param {number} status @param {string} code */
    problem(answer, status, code) {
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      const { body } = answer;
      assert.equal(body.code, code, answer.text);
      assert.equal(body.status, status);
      assert.equal(body.success, false);
      assert.equal(body.message, body.detail);
      assert.match(body.type, /^urn:problem-type:maytapi-edge:[a-z_]+$/);
      assert.ok(body.title && body.detail);
      assert.ok(['yes', 'no', 'unknown'].includes(body.retryable), answer.text);
      assert.equal(body.request_id, answer.headers.get('x-request-id'));
      return body;
    },
    /** The log line of an answer, once it has come through the pipe. @param {Answer} answer */
    async line(answer) {
      const id = answer.headers.get('x-request-id');
      for (let tries = 0; tries < 100; tries += 1) {
        const found = stack.lines().find((line) => line.request_id === id);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`no line in the log for ${id}`);
    },
  };
}

/** @param {string} [to] */
export function text(to = '12025550123') {
  return { type: 'text', toNumber: to, message: CANARY_TEXT };
}

/** @param {string} value */
function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
