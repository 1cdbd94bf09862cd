// Tokens in the real runtime: a table of forged and broken ones, none of which sends anything.
// @ts-check
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import { test } from 'node:test';
import { encode, now, sign } from '../support/token.mjs';
import { text, useWorker } from './harness.mjs';

const PREVIOUS = 'canary-previous-secret-0123456789-0123456789';
const worker = useWorker({ secrets: { TOKEN_SECRET_PREVIOUS: PREVIOUS } });

test('a token of the current and of the previous secret is good', async () => {
  const claims = { sub: 'u', aud: 'maytapi-edge', exp: now() + 60 };
  for (const secret of [worker.stack.secret, PREVIOUS]) {
    const answer = await worker.post(text(), { token: sign(claims, { secret }) });
    assert.equal(answer.status, 200, answer.text);
  }
});

test('a 401 says what was expected, of claims only to who has the secret', async () => {
  const { secret } = worker.stack;
  const claims = { sub: 'u', aud: 'maytapi-edge', exp: now() + 600 };
  for (const [token, says] of /** @type {[string, string][]} */ ([
    [sign({ ...claims, aud: 'other' }, { secret }), 'The token is for another audience: its aud must be "maytapi-edge".'],
    [sign({ ...claims, exp: now() + 200_000 }, { secret }), 'The token lives too long: its exp may be at most 86400 seconds from now, and from its iat.'],
    [sign({ ...claims, exp: undefined }, { secret }), 'The token has no exp: give seconds since 1970, at most 86400 from now.'],
    [sign(claims, { secret, header: { alg: 'RS256' } }), "The token's alg must be HS256."],
    [sign({ ...claims, aud: 'other' }, { secret: 'another-secret-another-secret-another' }), "The token's signature is wrong: it was signed with another secret or key, or changed since."],
  ])) {
    assert.equal(worker.problem(await worker.post(text(), { token }), 401, 'invalid_token').detail, says);
  }
});

test('forged and broken tokens are refused, and nothing is sent', async () => {
  const { secret } = worker.stack;
  const claims = { sub: 'u', aud: 'maytapi-edge', exp: now() + 600 };
  const good = sign(claims, { secret });
  const [header = '', payload = '', signature = ''] = good.split('.');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rs256 = `${encode({ alg: 'RS256', typ: 'JWT' })}.${payload}`;
  const withClaims = (/** @type {unknown} */ changed) => sign(changed, { secret });
  const withHeader = (/** @type {unknown} */ changed) => sign(claims, { secret, header: changed });
  /** @type {Record<string, string>} */
  const forged = {
    empty: '',
    'not a token': 'canary',
    'two parts': `${header}.${payload}`,
    'no signature': `${header}.${payload}.`,
    'four parts': `${good}.${signature}`,
    'signature cut': good.slice(0, -2),
    'signature of another': `${header}.${payload}.${sign({ ...claims, sub: 'v' }, { secret }).split('.')[2]}`,
    'claims changed': `${header}.${encode({ ...claims, sub: 'admin' })}.${signature}`,
    'header changed': `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${payload}.${signature}`,
    'another secret': sign(claims, { secret: 'another-secret-another-secret-another' }),
    'an empty secret': sign(claims, { secret: '' }),
    'the audience as secret': sign(claims, { secret: 'maytapi-edge' }),
    'alg none, unsigned': `${encode({ alg: 'none' })}.${payload}.`,
    'alg none, signed': withHeader({ alg: 'none' }),
    'alg None': withHeader({ alg: 'None' }),
    'alg NONE, unsigned': `${encode({ alg: 'NONE' })}.${payload}.`,
    'alg hs256': withHeader({ alg: 'hs256' }),
    'alg HS512': sign(claims, { secret, header: { alg: 'HS512' }, hash: 'sha512' }),
    'alg HS384': sign(claims, { secret, header: { alg: 'HS384' }, hash: 'sha384' }),
    'alg HS256 by sha512': sign(claims, { secret, hash: 'sha512' }),
    'alg RS256': `${rs256}.${signWith('sha256', Buffer.from(rs256), privateKey).toString('base64url')}`,
    'a public key as secret': sign(claims, { secret: String(publicKey.export({ type: 'spki', format: 'pem' })) }),
    'alg missing': withHeader({ typ: 'JWT' }),
    'alg a list': withHeader({ alg: ['HS256'] }),
    'header no object': withHeader('"HS256"'),
    'header no JSON': withHeader('{"alg":"HS256"'),
    'header with alg twice': withHeader('{"alg":"HS256","alg":"HS256"}'),
    'header crit': withHeader({ alg: 'HS256', crit: ['exp'] }),
    'header jwk': withHeader({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }),
    'header jku': withHeader({ alg: 'HS256', jku: 'https://evil.example/jwks.json' }),
    'header x5u': withHeader({ alg: 'HS256', x5u: 'https://evil.example/cert.pem' }),
    'header b64': withHeader({ alg: 'HS256', b64: false }),
    'base64 of the other alphabet': good.replaceAll('-', '+').replaceAll('_', '/').replace(header, `${header}=`),
    'no sub': withClaims({ ...claims, sub: undefined }),
    'sub empty': withClaims({ ...claims, sub: '' }),
    'sub no text': withClaims({ ...claims, sub: { a: 1 } }),
    'sub with a line break': withClaims({ ...claims, sub: 'u\n{"request_id":"forged"}' }),
    'no aud': withClaims({ ...claims, aud: undefined }),
    'another aud': withClaims({ ...claims, aud: 'other' }),
    'no exp': withClaims({ ...claims, exp: undefined }),
    'exp no number': withClaims({ ...claims, exp: String(claims.exp) }),
    'exp in milliseconds': withClaims({ ...claims, exp: claims.exp * 1000 }),
    'exp negative': withClaims({ ...claims, exp: -1 }),
    'nbf ahead': withClaims({ ...claims, nbf: now() + 300 }),
    'iat ahead': withClaims({ ...claims, iat: now() + 300 }),
    'living too long': withClaims({ ...claims, exp: now() + 90_000 }),
    'claims no object': withClaims([claims]),
    'claims nested deep': withClaims(`{"sub":"u","aud":"maytapi-edge","exp":${claims.exp},"x":${'['.repeat(5000)}${']'.repeat(5000)}}`),
    'a capability that is not known': withClaims({ ...claims, maytapi: { everything: true } }),
    'a capability of the wrong kind': withClaims({ ...claims, maytapi: 'all' }),
    'longer than 8 KB': withClaims({ ...claims, x: 'x'.repeat(9000) }),
  };
  assert.ok(Object.keys(forged).length >= 40);
  for (const [name, token] of Object.entries(forged)) {
    const answer = await worker.post(text(), { token });
    const body = worker.problem(answer, 401, 'invalid_token');
    assert.equal(body.retryable, 'no', name);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer realm="maytapi-edge", error="invalid_token"$/, name);
  }
  worker.problem(await worker.post(text(), { token: sign({ ...claims, exp: now() - 61 }, { secret }) }), 401, 'expired_token');
  worker.problem(await worker.post(text(), { token: null }), 401, 'missing_token');
  worker.problem(await worker.post(text(), { token: null, headers: { authorization: `Basic ${good}` } }), 401, 'invalid_token');
  assert.equal(worker.stack.simulator.received.length, 0);
});
