// The deployment's own configuration, and its settings with what a test needs in place of an account.
// @ts-check
import { readFileSync } from 'node:fs';
import { parseJsonc } from './jsonc.mjs';

/** @returns {any} worker/wrangler.jsonc */
export function deployment() {
  return parseJsonc(readFileSync(new URL('../../worker/wrangler.jsonc', import.meta.url), 'utf8'));
}

/**
 * The variable PROXY.
 * @param {any} config the deployment's
 * @param {{ productId: string }} simulator
 * @param {Record<string, any>} proxy what differs, by its top-level names
 */
export function proxySettings(config, simulator, proxy) {
  return {
    ...config.vars.PROXY,
    origins: ['https://app.example'],
    limits: {},
    policy: {},
    // The demo's token holds for as long as somebody looks at it.
    auth: { audience: 'maytapi-edge', maxLifetimeSeconds: 86_400 },
    accounts: { main: { productId: simulator.productId, phones: ['1150', '1151'], keySecret: 'MAYTAPI_KEY' } },
    ...proxy,
  };
}
