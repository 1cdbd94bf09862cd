// The edge proxy as a careful user would write it on Hono, jose and zod: token, body, policy, one hop to the phone's object.
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { jwtVerify } from 'jose';
import * as z from 'zod';
import { messageSchema, toWire } from './message.js';

const MAX_BODY = 70 * 1024 * 1024;
const HOP_MS = 40_000;

const phoneNumber = z
  .string()
  .transform((value) => value.replace(/[\s\-./()]/g, '').replace(/^(\+|00)/, ''))
  .pipe(z.string().regex(/^[1-9]\d{6,14}$/, 'A phone number has only digits, country code first, such as 12025550123.'));
const message = messageSchema(phoneNumber);

const capability = z.strictObject({
  phones: z.array(z.coerce.string()).optional(),
  types: z.array(z.string()).optional(),
  to: z.array(z.string()).optional(),
  read: z.boolean().optional(),
  batch: z.boolean().optional(),
});
const claims = z.object({ sub: z.string().min(1).max(256), maytapi: capability.default({}) });

const account = z.object({ productId: z.string(), keySecret: z.string(), phones: z.array(z.coerce.string()).min(1) });
const configuration = z.object({
  origins: z.array(z.url()).default([]),
  auth: z.object({ audience: z.string().min(1), maxLifetimeSeconds: z.int().default(3600) }),
  accounts: z.record(z.string(), account),
  policy: z
    .object({
      types: z.array(z.string()).optional(),
      recipients: z.object({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).default([]), countryPrefixes: z.array(z.string()).optional(), deniedPrefixes: z.array(z.string()).default([]), groups: z.boolean().default(false) }).prefault({}),
      media: z.object({ hosts: z.array(z.string()).optional() }).prefault({}),
    })
    .prefault({}),
  limits: z.record(z.string(), z.record(z.string(), z.number())).default({}),
});

export const told = z.object({
  outcome: z.union([
    z.object({ queued: z.object({ chatId: z.string().optional(), msgId: z.string() }) }),
    z.object({ failed: z.object({ kind: z.string(), status: z.number(), detail: z.string(), code: z.string().optional(), retryable: z.string(), retry_after: z.number().optional() }) }),
  ]),
  replayed: z.boolean().default(false),
  standings: z.array(z.object({ scope: z.string(), window: z.number(), quota: z.number(), left: z.number(), reset_s: z.number() })).default([]),
  upstream_status: z.number().nullish(),
  upstream_ms: z.number().nullish(),
});

const encoder = new TextEncoder();
let setUp;

/** The configuration and its keys, once per isolate. */
export function settings(env) {
  return (setUp ??= read(env));
}

async function read(env) {
  const config = configuration.parse(JSON.parse(env.PROXY));
  const secret = z.string().min(32).parse(env.TOKEN_SECRET);
  const hmac = (bytes, usage) => crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);
  return { config, tokenKey: await hmac(encoder.encode(secret), 'verify'), pseudonymKey: await hmac(encoder.encode(env.MAYTAPI_KEY), 'sign') };
}

class Problem extends Error {
  constructor(status, code, detail, more = {}) {
    super(detail);
    Object.assign(this, { status, code, retryable: 'no', ...more });
  }
}

const app = new Hono();

app.use(requestId());
app.use(async (c, next) => {
  const started = Date.now();
  await next();
  const ms = Date.now() - started;
  c.header('server-timing', `total;dur=${ms}`);
  console.log(JSON.stringify({ request_id: c.get('requestId'), route: 'send', method: c.req.method, status: c.res.status, ...c.get('line'), ms }));
});
app.use(
  secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    strictTransportSecurity: 'max-age=31536000',
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }),
);
app.use(async (c, next) => {
  const { config } = await settings(c.env);
  c.set('config', config);
  c.header('cache-control', 'no-store');
  const origin = c.req.header('origin');
  if (origin !== undefined && !config.origins.includes(origin)) throw new Problem(403, 'origin_not_allowed', 'This origin is not listed.');
  return next();
});
app.use(cors({ origin: (origin, c) => (c.get('config').origins.includes(origin) ? origin : null), allowMethods: ['POST'], exposeHeaders: ['x-request-id', 'retry-after', 'idempotency-replayed'] }));

app.get('/ping', (c) => c.json({ ok: true }));

app.post('/api/:account/:phone/sendMessage', bodyLimit({ maxSize: MAX_BODY }), async (c) => {
  const { config, tokenKey, pseudonymKey } = await settings(c.env);
  const caller = await authenticate(c, config, tokenKey);
  const { account: name, phone } = c.req.param();
  const known = config.accounts[name]?.phones.includes(phone);
  if (!known || !allows(caller.maytapi.phones, phone)) throw new Problem(403, 'phone_not_allowed', "The account and phone aren't configured, or the token leaves them out.");
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) throw new Problem(415, 'unsupported_content_type', 'Send the message as JSON.');
  const key = c.req.header('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) throw new Problem(400, 'invalid_idempotency_key', 'An Idempotency-Key is 1 to 255 visible ASCII characters.');

  const read = message.safeParse(await json(c.req));
  if (!read.success) throw new Problem(422, 'invalid_message', 'The message has faults.', { errors: read.error.issues.map(({ path, code, message }) => ({ path: path.join('.'), code, message })) });
  permit(config.policy, caller, read.data);

  const to = read.data.toNumber;
  const number = to.endsWith('@c.us') ? to.slice(0, -5) : to;
  const body = encoder.encode(JSON.stringify(toWire(read.data)));
  const [recipient, pseudonym, id, digest] = await Promise.all([
    sign(pseudonymKey, `recipient:${number}`),
    sign(pseudonymKey, `caller:${caller.sub}`),
    key === undefined ? c.get('requestId') : sha256(encoder.encode(`${caller.sub.length}:${caller.sub}${key}`)),
    key === undefined ? null : sha256(body),
  ]);
  const chat = to.includes('@') ? to : `${to}@c.us`;
  c.set('line', { outcome: 'failed', account: name, phone, caller: caller.sub, message_type: read.data.type, recipient });
  const answer = await ask(c.env, { account: name, phone, id, digest, caller: pseudonym, recipient, chat }, body);
  c.set('line', { ...c.get('line'), upstream_status: answer.upstream_status, upstream_ms: answer.upstream_ms, replayed: answer.replayed });
  if (answer.replayed) c.header('idempotency-replayed', 'true');
  if (answer.standings.length > 0) {
    c.header('ratelimit-policy', answer.standings.map(({ scope, window, quota }) => `"${scope}-${WINDOWS[window][0]}";q=${quota};w=${WINDOWS[window][1]}`).join(', '));
    const tightest = answer.standings.reduce((a, b) => (a.left / a.quota <= b.left / b.quota ? a : b));
    c.header('ratelimit', `"${tightest.scope}-${WINDOWS[tightest.window][0]}";r=${tightest.left};t=${tightest.reset_s}`);
  }
  if ('failed' in answer.outcome) {
    const { kind, status, detail, code, retryable, retry_after } = answer.outcome.failed;
    throw new Problem(status, code ?? kind, detail, { retryable, retryAfter: retry_after });
  }
  c.set('line', { ...c.get('line'), outcome: 'queued' });
  return c.json({ success: true, data: answer.outcome.queued });
});

const WINDOWS = [['minute', 60], ['day', 86_400], ['month', 2_592_000]];

app.notFound((c) => problem(c, new Problem(404, 'unknown_route', 'There is nothing to ask for at this path.')));
app.onError((error, c) => problem(c, error instanceof Problem ? error : new Problem(500, 'internal', 'The proxy failed.', { retryable: 'unknown' })));

function problem(c, { status, code, message: detail, retryable, errors, retryAfter }) {
  c.set('line', { ...c.get('line'), outcome: code });
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  if (status === 401) c.header('www-authenticate', 'Bearer realm="maytapi-edge"');
  const body = { type: `urn:problem-type:maytapi-edge:${code}`, title: code, status, detail, success: false, message: detail, code, retryable, request_id: c.get('requestId'), errors };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

async function authenticate(c, config, key) {
  const authorization = c.req.header('authorization');
  const token = authorization === undefined ? c.req.header('x-maytapi-key') : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!token) throw new Problem(401, 'missing_token', 'Send a token as authorization: Bearer …, or as x-maytapi-key.');
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], audience: config.auth.audience, requiredClaims: ['sub', 'exp'], clockTolerance: 30 });
    if (payload.exp - (payload.iat ?? Date.now() / 1000) > config.auth.maxLifetimeSeconds + 30) throw new Problem(401, 'invalid_token', 'The token lives longer than the proxy accepts.');
    return claims.parse(payload);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(401, error?.code === 'ERR_JWT_EXPIRED' ? 'expired_token' : 'invalid_token', 'The token is not accepted.');
  }
}

const allows = (listed, one) => listed === undefined || listed.includes(one);

function permit({ types, recipients, media }, caller, { type, toNumber, message }) {
  if (!allows(types, type) || !allows(caller.maytapi.types, type)) throw new Problem(403, 'type_not_allowed', 'This message type is not allowed.');
  const number = toNumber.endsWith('@c.us') ? toNumber.slice(0, -5) : toNumber;
  const person = !number.includes('@');
  const starts = (prefix) => number.startsWith(prefix);
  const allowed =
    !recipients.deny.includes(number) &&
    allows(recipients.allow, number) &&
    allows(caller.maytapi.to, number) &&
    (person ? (recipients.countryPrefixes?.some(starts) ?? true) && !recipients.deniedPrefixes.some(starts) : recipients.groups || recipients.allow !== undefined);
  if (!allowed) throw new Problem(403, 'recipient_not_allowed', 'This recipient is not allowed.');
  if (['media', 'image', 'sticker', 'link'].includes(type) && !/^data:/i.test(message)) {
    const { hostname, protocol } = new URL(message);
    if (protocol !== 'https:' || !allows(media.hosts, hostname)) throw new Problem(403, 'url_not_allowed', 'This address is not allowed.');
  }
}

async function json(request) {
  try {
    return await request.json();
  } catch {
    throw new Problem(400, 'not_json', 'The body is not JSON.');
  }
}

async function ask(env, claim, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, HOP_MS, new Error('too late'));
  });
  try {
    const stub = env.PHONES.getByName(`${claim.account}/${claim.phone}`);
    return told.parse(JSON.parse(await Promise.race([stub.send(JSON.stringify(claim), body), late])));
  } catch {
    throw new Problem(502, 'outcome_unknown', "The phone's object did not answer.", { retryable: 'unknown' });
  } finally {
    clearTimeout(timer);
  }
}

const hex = (buffer, length) => Array.from(new Uint8Array(buffer, 0, length), (byte) => byte.toString(16).padStart(2, '0')).join('');
const sign = async (key, text) => hex(await crypto.subtle.sign('HMAC', key, encoder.encode(text)), 8);
const sha256 = async (bytes) => hex(await crypto.subtle.digest('SHA-256', bytes), 16);

export default app;
