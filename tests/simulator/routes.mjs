// Maytapi's endpoints: which there are, what they check, in which order, and what they answer.
// @ts-check
import { picture } from './png.mjs';

/** @typedef {import('./listener.mjs').Answer} Answer */
/** @typedef {import('./account.mjs').Phone} Phone */

/**
 * @typedef {object} Target what a path names
 * @property {string} productId
 * @property {string} [phoneId]
 * @property {string} endpoint
 */

/**
 * @typedef {object} Call
 * @property {import('./account.mjs').Account} account
 * @property {import('./outbox.mjs').Outbox} outbox
 * @property {import('./options.mjs').Options} options
 * @property {import('./recorder.mjs').Received} record
 * @property {string} contentType
 * @property {import('./faults.mjs').DeliveryFault[]} faults
 * @property {(what: string) => void} destroyed notes a call that destroys something
 */

const LOGS_PER_PAGE = 50;

/**
 * @param {string} path
 * @returns {Target | undefined}
 */
export function parseTarget(path) {
  const segments = path.split('/').map(decode);
  if (segments[0] !== '' || segments[1] !== 'api') return undefined;
  const [, , productId = '', first = '', second] = segments;
  if (segments.length === 4) return { productId, endpoint: first };
  if (segments.length === 5) return { productId, phoneId: first, endpoint: second ?? '' };
  return undefined;
}

/**
 * Answers as Maytapi does: the route, then product and key, then the phone, then the body.
 * @param {Target | undefined} target
 * @param {string | undefined} key
 * @param {Call} call
 * @returns {Answer}
 */
export function answer(target, key, call) {
  const { account, options, record } = call;
  const route = `${record.method} ${target?.endpoint ?? ''}`;
  const onProduct = target && target.phoneId === undefined ? PRODUCT[route] : undefined;
  const onPhone = target && target.phoneId !== undefined ? PHONE[route] : undefined;
  if (!target || (!onProduct && !onPhone)) return { status: 404, body: { success: false, message: 'Not found' } };
  if (target.productId !== options.productId || key !== options.apiKey) {
    return refusal('Product id is wrong! Please check your Account information.');
  }
  if (onProduct) return onProduct(call);
  const phone = /^[1-9]\d*$/.test(target.phoneId ?? '') ? account.phones.get(Number(target.phoneId)) : undefined;
  // The space after the bracket is Maytapi's.
  if (!phone || !onPhone) return refusal(`You dont own the phone[${target.phoneId}]. `, { status: 403 });
  return onPhone(call, phone);
}

/** @type {Record<string, (call: Call) => Answer>} */
const PRODUCT = {
  'GET product': ({ account, options }) => productData(account, options),
  'GET listPhones': ({ account }) => ok([...account.phones.values()].map(listed)),
  'GET queues': ({ account }) => ok({ success: true, queues: [...account.phones.values()].map(({ id, status, queue }) => ({ id, status, queue: queue.length })) }),
  'GET logs': ({ outbox }) => ok({ success: true, data: { count: String(outbox.log.length), list: outbox.log.slice(0, LOGS_PER_PAGE) } }),
  'POST setWebhook': (call) =>
    withBody(call, ({ webhook }) => {
      if (!isWebhook(webhook)) return refusal('Webhook is not valid.');
      call.account.webhook = webhook;
      return productData(call.account, call.options);
    }),
  'POST setAckPreference': (call) =>
    withBody(call, ({ ack_delivery: on }) => {
      if (typeof on !== 'boolean') return refusal('ack_delivery is not valid.');
      call.account.ackDelivery = on;
      return productData(call.account, call.options);
    }),
};

/** @type {Record<string, (call: Call, phone: Phone) => Answer>} */
const PHONE = {
  'POST sendMessage': sendMessage,
  'GET status': (_, phone) => ok({ success: true, status: instanceStatus(phone), ...(phone.number ? { number: phone.number } : {}) }),
  'GET queue': (_, phone) => ok({ success: true, stats: { sending: phone.queue.length } }),
  'GET screen': (_, phone) => (phone.status === 'active' ? png(`screen ${phone.id}`) : refusal('Phone is not connected')),
  'GET qrCode': (_, phone) => (phone.status.startsWith('qr-') ? png(`qr ${phone.id}`) : refusal('Phone is not on the QR code')),
  'GET catalog': (_, phone) => (phone.status === 'active' ? ok({ success: true, data: CATALOG }) : refusal('Phone is not connected')),
  'POST checkPhones': (call, phone) => withBody(call, (body) => checkPhones(call, phone, body)),
  'GET config': (_, phone) => phoneConfig(phone),
  'POST config': (call, phone) =>
    withBody(call, ({ webhook = phone.webhook, ack_delivery: ackDelivery = phone.ackDelivery }) => {
      if (!isWebhook(webhook) || typeof ackDelivery !== 'boolean') return refusal('Config is not valid.');
      Object.assign(phone, { webhook, ackDelivery });
      return phoneConfig(phone);
    }),
  'GET purgeQueue': destructive('purgeQueue', ({ account }, phone) => {
    account.purge(phone);
    return ok({ success: true });
  }),
  'GET logout': destructive('logout', logout),
  'POST logout': destructive('logout', logout),
  'GET redeploy': destructive('redeploy', ({ account }, phone) => {
    account.restart(phone);
    return ok({ success: true, message: `Phone ${phone.id} is restarted.` });
  }),
  'GET factoryreset': destructive('factoryreset', ({ account }, phone) => {
    account.purge(phone);
    account.setPhone(phone.id, { status: 'qr-code' });
    return ok({ success: true });
  }),
};

/**
 * Only queues: apart from what it cannot even address, Maytapi looks at a message when it comes to send it.
 * @param {Call} call
 * @param {Phone} phone
 */
function sendMessage(call, phone) {
  if (phone.status === 'loading') return refusal('Lib not loaded', { code: 'W05' });
  return withBody(call, (payload) => {
    if (typeof payload.to_number !== 'string' || payload.to_number === '') return refusal('to_number is required.');
    const message = call.account.enqueue(phone, payload, call.faults);
    if (!message) return refusal('Queue is full.');
    return ok({ success: true, data: { chatId: message.chatId, msgId: message.msgId } });
  });
}

/**
 * @param {Call} call
 * @param {Phone} phone
 */
function logout({ account }, phone) {
  account.setPhone(phone.id, { status: 'disabled' });
  return ok({ success: true });
}

/**
 * @param {Call} call
 * @param {Phone} phone
 * @param {Record<string, unknown>} body
 */
function checkPhones({ account, options }, phone, { numbers }) {
  if (phone.status !== 'active') return refusal('Phone is not connected');
  if (!Array.isArray(numbers)) return refusal('Numbers are required.');
  const data = numbers.map((number) => {
    const user = String(number);
    const id = `${user}@c.us`;
    const valid = /^[1-9]\d{6,14}$/.test(user) && account.reachable(id);
    return { id: options.checkPhonesId === 'string' ? id : { _serialized: id, user, server: 'c.us' }, valid };
  });
  return ok({ success: true, data });
}

/**
 * @param {string} name
 * @param {(call: Call, phone: Phone) => Answer} act
 * @returns {(call: Call, phone: Phone) => Answer}
 */
function destructive(name, act) {
  return (call, phone) => {
    call.destroyed(`${call.record.method} ${name} on phone ${phone.id}`);
    return act(call, phone);
  };
}

/**
 * @param {Call} call
 * @param {(body: Record<string, unknown>) => Answer} act
 * @returns {Answer}
 */
function withBody({ record, contentType }, act) {
  if (!/^application\/json\s*(;|$)/i.test(contentType)) return refusal('The body must be application/json.', { status: 400 });
  const body = record.json;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refusal('The body is not a JSON object.', { status: 400 });
  return act(/** @type {Record<string, unknown>} */ (body));
}

/**
 * Maytapi refuses with HTTP 200 most of the time.
 * @param {string} message
 * @param {{ status?: number, code?: string }} [more]
 * @returns {Answer}
 */
export function refusal(message, { status = 200, code } = {}) {
  return { status, body: { success: false, message, ...(code === undefined ? {} : { code }) } };
}

/**
 * @param {unknown} body
 * @returns {Answer}
 */
function ok(body) {
  return { status: 200, body };
}

/**
 * @param {string} seed
 * @returns {Answer}
 */
function png(seed) {
  return { status: 200, headers: { 'content-type': 'image/png' }, body: picture(seed) };
}

/** @param {Phone} phone */
function listed({ id, number, status, name }) {
  return { id, ...(number ? { number } : {}), status, type: 'whatsapp', name, data: {}, multi_device: true };
}

/** @param {Phone} phone */
function instanceStatus({ status, number }) {
  const loggedIn = status === 'active';
  return {
    loggedIn,
    isQr: status.startsWith('qr-'),
    loading: status === 'loading',
    connRetry: 0,
    message: loggedIn ? 'Connected' : 'Phone is not connected',
    state: { state: loggedIn ? 'CONNECTED' : 'DISCONNECTED', canSend: loggedIn },
    ...(number ? { number } : {}),
  };
}

/** @param {Phone} phone */
function phoneConfig({ webhook, ackDelivery }) {
  return ok({ success: true, status: { webhook, ack_delivery: ackDelivery } });
}

/**
 * Has no `success`, unlike nearly everything else.
 * @param {import('./account.mjs').Account} account
 * @param {import('./options.mjs').Options} options
 */
function productData({ webhook, ackDelivery, phones }, { productId }) {
  return ok({ pid: productId, webhook, ack_delivery: ackDelivery, phone_limit: Math.max(phones.size, 1) });
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isWebhook(value) {
  return value === '' || (typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol));
}

/** @param {string} segment */
function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const CATALOG = ['3121315354601301', '3121315354601302'].map((productId, index) => ({
  productId,
  id: productId,
  retailerId: `sku-${index + 1}`,
  title: `Product ${index + 1}`,
  description: 'A product of the simulated catalog',
  price: `${(index + 1) * 10}.00`,
  price1000: (index + 1) * 10_000,
  currency: 'USD',
  url: `https://shop.example/${productId}`,
  image: `https://shop.example/${productId}.png`,
}));
