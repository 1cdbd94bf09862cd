// A stand-in for Cloudflare Access: stands before a Worker, sends whoever has no session to its own page, and adds a signed token to the requests of
// whoever has one. Written from Cloudflare's documentation: validating JWTs, session management, the authorization cookie.
// @ts-check
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, request as ask } from 'node:http';
import { encode, now } from './token.mjs';

export const TEAM = 'canary-team';
export const AUDIENCE = 'canary-application-audience-tag';
const ISSUER = `https://${TEAM}.cloudflareaccess.com`;
const COOKIE = 'CF_Authorization';

/**
 * @param {() => string} to the Worker's address; asked for each request
 * @returns what it is reached by, and what a test does to its sessions
 */
export async function startAccess(to) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...createPublicKey(String(publicKey.export({ type: 'spki', format: 'pem' }))).export({ format: 'jwk' }), kid: 'access-1', use: 'sig', alg: 'RS256' };
  /** Sessions that have not ended, by the token that is in the cookie. @type {Set<string>} */
  const sessions = new Set();
  let audience = AUDIENCE;
  const mint = () => {
    const claims = { aud: [audience], email: 'ada@cafe.example', exp: now() + 3600, iat: now(), nbf: now(), iss: ISSUER, type: 'app', sub: '7335d417-61da-459d-899c-0a01c76a2f94' };
    const signed = `${encode({ alg: 'RS256', kid: 'access-1', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };
  /** The team's domain: the page that asks who it is, and the keys. */
  const team = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://team');
    if (pathname === '/cdn-cgi/access/certs') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
    const back = searchParams.get('redirect_url');
    if (back === null) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Access</title><a href="${new URL('/cdn-cgi/access/authorized', back)}">Sign in</a>`);
  });
  const before = createServer((request, response) => {
    const path = request.url ?? '/';
    const token = new RegExp(`${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1] ?? '';
    if (path === '/cdn-cgi/access/authorized') {
      const given = mint();
      sessions.add(given);
      return void response.writeHead(302, { location: '/', 'set-cookie': `${COOKIE}=${given}; HttpOnly; SameSite=Lax; Path=/` }).end();
    }
    if (path === '/cdn-cgi/access/logout') {
      sessions.delete(token);
      return void response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': `${COOKIE}=; Max-Age=0; Path=/` }).end('<!doctype html><title>Access</title>Signed out');
    }
    if (!sessions.has(token)) {
      if (request.headers['x-requested-with'] === 'XMLHttpRequest') return void response.writeHead(401).end();
      return void response.writeHead(302, { location: `${addressOf(team)}/?redirect_url=${encodeURIComponent(`http://${request.headers.host}${path}`)}` }).end();
    }
    // Whatever a caller says that Access said is not passed on.
    const headers = { ...request.headers, 'cf-access-jwt-assertion': token };
    const passed = ask(`${to()}${path}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  await Promise.all([team, before].map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))));
  return {
    url: addressOf(before),
    /** The settings by which the Worker takes its tokens. */
    settings: { access: { team: TEAM, audience: AUDIENCE } },
    /** A script that has the Worker find the team's keys here. */
    script: `const real = globalThis.fetch; globalThis.fetch = (input, init) => real(String(input?.url ?? input) === '${ISSUER}/cdn-cgi/access/certs' ? '${addressOf(team)}/cdn-cgi/access/certs' : input, init);`,
    /** All sessions end. */
    endSessions: () => sessions.clear(),
    /** Who signs in from now on does so for an application of that tag. @param {string} tag */
    serve: (tag) => {
      audience = tag;
    },
    close: () => {
      for (const server of [team, before]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** @param {import('node:http').Server} server */
function addressOf(server) {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}
