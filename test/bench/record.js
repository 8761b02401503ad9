import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './program.js';
import { nodeMajor, version } from './targets.js';

const folder = join(root, 'docs', 'bench');

/** What was measured of a version; undefined if nothing was. */
export function recorded(of = version) {
  try {
    return JSON.parse(readFileSync(join(folder, `${of}.json`), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the rows to docs/bench/VERSION.json. Other rows, and those of other Nodes, stay. */
export function record(rows) {
  const { nodes = {} } = recorded() ?? {};
  const values = Object.fromEntries(
    rows
      .filter(({ value }) => value !== undefined)
      .map(({ what, value, target, unit }) => [
        what,
        { value: Number(value.toFixed(3)), ...(target !== undefined && { target }), unit },
      ]),
  );
  const before = nodes[nodeMajor]?.rows ?? {};
  nodes[nodeMajor] = { node: process.versions.node, rows: { ...before, ...values } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${version}.json`), `${JSON.stringify({ version, nodes }, null, 2)}\n`);
}
