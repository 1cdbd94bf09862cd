// Row 3: CPU and peak memory of one send of a 5 MB file.
// @ts-check
import { contender } from '../contender.mjs';
import { alternate, median, ratio } from '../statistics.mjs';
import { spread } from '../table.mjs';

const WAYS = /** @type {const} */ (['ours', 'buffer', 'btoa']);
const SENDS = 8;
/** Some of the ways take their time. */
const ROUNDS = 7;

export async function measure() {
  const cpu = await cpuOf();
  const memory = await alternate(each((way) => peakOf(way)), ROUNDS);
  return [
    line('3', 'CPU, 5 MB file', cpu, 'buffer', milliseconds),
    line('3b', 'the same', cpu, 'btoa', milliseconds),
    line('3c', 'peak memory, 5 MB file', memory, 'buffer', megabytes),
    line('3d', 'the same', memory, 'btoa', megabytes),
  ];
}

async function cpuOf() {
  const contenders = await Promise.all(WAYS.map((way) => contender('file', { data: { way } })));
  try {
    for (const one of contenders) await one.round({ count: 3 * SENDS });
    return await alternate(each((_, i) => contenders[i]?.round({ count: SENDS })), ROUNDS);
  } finally {
    for (const one of contenders) one.end();
  }
}

/** How much the process grows by its first send: a peak is only ever raised, so each figure needs a process of its own. @param {string} way */
async function peakOf(way) {
  const one = await contender('file', { data: { way } });
  try {
    return await one.round({ count: 1, memory: true });
  } finally {
    one.end();
  }
}

/** @param {(way: string, i: number) => Promise<number>} measure */
function each(measure) {
  return Object.fromEntries(WAYS.map((way, i) => [way, () => measure(way, i)]));
}

/**
 * @param {string} row
 * @param {string} what
 * @param {Record<string, number[]>} figures
 * @param {string} peer
 * @param {(value: number) => string} show
 */
function line(row, what, figures, peer, show) {
  const { ours = [], [peer]: peers = [] } = figures;
  const compared = ratio(ours, peers);
  return { row, what, ours: show(median(ours)), peer: `${show(median(peers))} ${peer}`, ratio: spread(compared), target: '<= 1.00', met: compared.median <= 1 };
}

/** @param {number} micros */
const milliseconds = (micros) => `${(micros / 1000).toFixed(1)} ms`;

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
