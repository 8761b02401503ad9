const sorted = (values) => [...values].sort((one, other) => one - other);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];

/**
 * Runs each side once per round, so that other load on the machine affects all alike. `sides`: name → function that
 * returns milliseconds. Returns name → {min, median}.
 */
export async function interleaved(sides, rounds) {
  const names = Object.keys(sides);
  const times = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times.get(name).push(await sides[name]());
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, summary(values)]));
}

export const summary = (values) => ({ min: Math.min(...values), median: median(values) });

/** A row of the table: one side over the other, the best run of each; the medians beside it. */
export const ratioRow = (what, ours, theirs, target) => ({
  what,
  value: ours.min / theirs.min,
  measured: `${(ours.min / theirs.min).toFixed(2)} × (median ${(ours.median / theirs.median).toFixed(2)} ×)`,
  detail: `${ours.min.toFixed(0)} : ${theirs.min.toFixed(0)} ms`,
  target,
  unit: '×',
});
