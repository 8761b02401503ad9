import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment, wactl } from './program.js';
import { filled } from './starts.js';

const usualRounds = 21;

/**
 * The same starts as in starts.js, by the time that processors worked for them: other programs on the machine hardly change
 * that. Bash counts it.
 */
export async function measureProcessor({ scratch, rounds = usualRounds }) {
  const home = join(scratch, 'processor-home');
  mkdirSync(home);
  const env = { HOME: home, WACTL_CONFIG_DIR: await filled(join(scratch, 'processor'), 10) };
  const lines = {
    bare: ['-e', '0'],
    '--version': [wactl, '--version'],
    'list --help': [wactl, 'list', '--help'],
    list: [wactl, 'list'],
    'config path': [wactl, 'config', 'path'],
  };
  const best = Object.fromEntries(Object.keys(lines).map((name) => [name, Infinity]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(lines))
      best[name] = Math.min(best[name], processorMs(args, env));
  }
  return Object.keys(lines)
    .filter((name) => name !== 'bare')
    .map((name) => ({
      what: `processor time: wactl ${name} / node -e 0`,
      value: best[name] / best.bare,
      measured: `${(best[name] / best.bare).toFixed(2)} ×`,
      detail: `${best[name].toFixed(0)} : ${best.bare.toFixed(0)} ms`,
      unit: '×',
    }));
}

/** The time that processors work for a run of Node. */
export function processorMs(args, env) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" 2>/dev/null | cat >/dev/null';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
    env: environment({ ...env, LC_ALL: 'C' }),
    encoding: 'utf8',
  });
  const [, user, system] = /^([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  if (status !== 0 || user === undefined) throw new Error(`${args.join(' ')}: ${stderr}`);
  return (Number(user) + Number(system)) * 1000;
}
