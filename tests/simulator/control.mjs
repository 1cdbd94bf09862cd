// Control of the simulator over HTTP, under /__simulator/, for tests that run in another process.
// @ts-check
import { readBody, send } from './listener.mjs';

const MAX_BYTES = 1024 * 1024;

/**
 * @param {import('./simulator.mjs').Simulator} simulator
 * @param {import('./listener.mjs').Request} request
 * @param {import('./listener.mjs').Response} response
 */
export async function control(simulator, request, response) {
  const url = new URL(request.url ?? '/', 'http://simulator.invalid');
  const name = `${request.method} ${url.pathname.slice('/__simulator/'.length)}`;
  const { bytes, complete } = await readBody(request, MAX_BYTES);
  const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!act || !complete) {
    send(response, { status: act ? 400 : 404, body: { error: act ? 'the body did not arrive' : `no such control: ${name}` } });
    return;
  }
  try {
    const body = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : {};
    send(response, { status: 200, body: (await act(simulator, body)) ?? {} });
  } catch (error) {
    send(response, { status: 400, body: { error: error instanceof Error ? error.message : String(error) } });
  }
}

/** @type {Record<string, (simulator: import('./simulator.mjs').Simulator, body: any) => unknown>} */
const ACTIONS = {
  'GET received': ({ received }) => received,
  'GET webhooks': ({ webhooks }) => webhooks,
  'GET destructive': ({ destructive }) => destructive,
  'GET elsewhere': ({ elsewhere }) => elsewhere.received,
  'POST fail': (simulator, rule) => {
    simulator.fail({ ...rule, times: rule.times === null ? Infinity : rule.times });
  },
  'POST setPhone': (simulator, { id, ...patch }) => simulator.setPhone(Number(id), patch),
  'POST emit': (simulator, { kind, ...what }) => simulator.emit(kind, what),
  'POST idle': (simulator, { ms }) => simulator.idle(ms),
  'POST reset': (simulator) => simulator.reset(),
};
