import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { processorMs } from './processor.js';
import { root } from './program.js';

const rounds = 21;
const entry = join(root, 'dist', 'baileys', 'baileys');

const asModule = (...names) => [
  '--input-type=module',
  '-e',
  names.map((name) => `import ${JSON.stringify(name)};`).join(''),
];
const lines = {
  bare: ['-e', '0'],
  'import wactl/baileys': asModule(`${entry}.mjs`),
  'require wactl/baileys': ['-e', `require(${JSON.stringify(`${entry}.cjs`)})`],
  'import Baileys 7': asModule('@whiskeysockets/baileys'),
  'import Baileys 7 and wactl/baileys': asModule('@whiskeysockets/baileys', `${entry}.mjs`),
  'import Baileys 6.7': asModule('baileys-6'),
};

/** What a program pays for `wactl/baileys`, and for Baileys. */
export function measureImports({ scratch }) {
  const home = join(scratch, 'imports-home');
  mkdirSync(home);
  const best = Object.fromEntries(Object.keys(lines).map((name) => [name, Infinity]));
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(lines))
      best[name] = Math.min(best[name], processorMs(args, { HOME: home }));
  return Object.keys(lines)
    .filter((name) => name !== 'bare')
    .map((name) => ({
      what: `processor time: ${name} / node -e 0`,
      value: best[name] / best.bare,
      measured: `${(best[name] / best.bare).toFixed(1)} ×`,
      detail: `${best[name].toFixed(0)} : ${best.bare.toFixed(0)} ms`,
      unit: '×',
    }));
}
