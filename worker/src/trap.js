// What becomes of requests when a trap ends the module's instance. The bridge begins anew, but leaves what was under way waiting for ever.
import { env } from 'cloudflare:workers';

/** How to tell those who wait for something of this instance that a trap ended it. */
const underWay = new Set();
let renew;

/** @param {() => void} renewAfterTrap @param {{ instanceId: number }} state the bridge's own */
export function watchForTraps(renewAfterTrap, state) {
  renew = renewAfterTrap;
  let { instanceId } = state;
  const renewed = (id) => {
    instanceId = id;
    for (const reject of underWay) reject(new Error('a trap ended the instance that this was in'));
    underWay.clear();
  };
  Object.defineProperty(state, 'instanceId', { get: () => instanceId, set: renewed });
  // A trap ends in one of these. Until the bridge begins anew, whoever calls back runs the old instance's pointers.
  for (const kind of ['error', 'unhandledrejection']) addEventListener(kind, () => renew());
}

/**
 * What a call into the module comes to; rejected where a trap ends its instance. `renew` goes first: the bridge writes texts and bytes among the
 * arguments into the module's memory before it looks whether it has to begin anew.
 * @param {() => Promise<unknown>} begin
 */
export function guarded(begin) {
  return new Promise((resolve, reject) => {
    renew();
    underWay.add(reject);
    const end = (how) => (value) => {
      underWay.delete(reject);
      how(value);
    };
    begin().then(end(resolve), end(reject));
  });
}

/** The response after a trap, when there is nothing left that could give one. Only what the error is called is logged. */
export function trapped(request, error) {
  const request_id = crypto.randomUUID();
  console.log(JSON.stringify({ request_id, event: 'trap', error: error?.name }));
  const type = 'urn:problem-type:maytapi-edge:internal';
  const detail = 'The proxy failed; ask again with the same Idempotency-Key to learn the outcome.';
  const problem = { type, title: 'The proxy failed', status: 500, detail, success: false, message: detail, code: 'internal', retryable: 'unknown', request_id };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': request_id, vary: 'Origin' };
  // Else a page is not shown that the outcome is unknown.
  const origin = request.headers.get('origin');
  if (isListed(origin)) Object.assign(headers, { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'X-Request-Id' });
  return new Response(JSON.stringify(problem), { status: 500, headers });
}

/** Whether the configuration lists an origin, for when WebAssembly can't tell. */
function isListed(origin) {
  try {
    const { origins } = typeof env.PROXY === 'string' ? JSON.parse(env.PROXY) : env.PROXY;
    return origins.includes(origin);
  } catch {
    return false;
  }
}
