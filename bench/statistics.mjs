// Rounds that alternate between contenders, and what is told of them: medians, ratios within a round, their spread.
// @ts-check

/** How many rounds a comparison has, where one does not take seconds: a median that chance does not move by a tenth. */
export const ROUNDS = 15;
/** How many where a round is a part of a second: the machine's slow moments last for seconds, so what is compared lies close together. */
export const SHORT_ROUNDS = 100;

/**
 * Asks each contender once per round, in an order that turns, so that a slow moment of the machine is nobody's own.
 * @template {Record<string, () => Promise<number>>} C
 * @param {C} contenders what measures each, by its name
 * @param {number} [rounds]
 * @returns {Promise<Record<keyof C, number[]>>} the figures of each, round by round
 */
export async function alternate(contenders, rounds = ROUNDS) {
  const names = Object.keys(contenders);
  const figures = Object.fromEntries(names.map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round) % names.length] ?? '';
      figures[name]?.push((await contenders[name]?.()) ?? Number.NaN);
    }
  }
  return /** @type {Record<keyof C, number[]>} */ (figures);
}

/** The value that a share of the values is below, between two of them where it falls there. @param {number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below = Number.NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

/** @param {number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/** The median, and between what the middle half lies: of a hundred short rounds the least and the most are chance. @param {number[]} values */
export function summary(values) {
  return { median: median(values), from: quantile(values, 0.25), to: quantile(values, 0.75) };
}

/**
 * The figures of two contenders combined round by round.
 * @param {number[]} ours
 * @param {number[]} peers
 * @param {(ours: number, peer: number) => number} combine
 */
export function paired(ours, peers, combine) {
  const each = ours.map((value, round) => combine(value, peers[round] ?? Number.NaN));
  return summary(each);
}

/** @param {number[]} ours @param {number[]} peers */
export function ratio(ours, peers) {
  return paired(ours, peers, (a, b) => a / b);
}
