// The shape of an OpenAPI-generated client.
// @ts-check
import { createConfiguration, MessageSendingOperationsApi, PhoneIdSendMessagePostRequest, ServerConfiguration } from '../peers/generated/index.js';
import { cpuOf, isQueued, KEY, PHONE, PRODUCT, textOf, TO } from './cpu.mjs';

export function start() {
  const round = cpuOf((fetch) => {
    globalThis.fetch = /** @type {any} */ (fetch);
    const baseServer = new ServerConfiguration('https://api.maytapi.com/api/{product_id}', { product_id: PRODUCT });
    const api = new MessageSendingOperationsApi(createConfiguration({ baseServer, authMethods: { ApiKeyAuth: KEY } }));
    return async (n) => {
      const request = Object.assign(new PhoneIdSendMessagePostRequest(), { type: 'text', toNumber: TO, message: textOf(n) });
      isQueued((await api.phoneIdSendMessagePost(PHONE, request)).data);
    };
  });
  return { round };
}
