import { cpus } from 'node:os';

/** Prints the rows with their targets, met or missed. Rows: {what, value, measured, detail, target, unit}. */
export function showTable(rows, seconds) {
  const cells = [
    ['WHAT', 'MEASURED', 'BEST RUNS', 'TARGET', ''],
    ...rows.map(({ what, value, measured, detail, target, unit }) => [
      what,
      measured,
      detail,
      target === undefined ? '' : `≤ ${target} ${unit}`,
      target === undefined ? '' : value <= target ? 'met' : 'MISSED',
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const missed = rows.filter(({ value, target }) => target !== undefined && value > target).length;
  process.stdout.write(
    `${lines.join('\n')}\n\nNode ${process.versions.node}, ${cpus().length} CPUs, ${seconds.toFixed(0)} s; ` +
      `${missed === 0 ? 'all targets met' : `${missed} missed`}\n`,
  );
}
