import { join } from 'node:path';
import { start, timeOf, wactl } from './program.js';
import { interleaved, ratioRow } from './rounds.js';
import { target } from './targets.js';

const rounds = Number(process.env.BENCH_ROUNDS ?? 21);

/** Asking WhatsApp for one session: with a login of its own, and through the process that holds it. */
export async function measureStatus({ scratch, sandbox }) {
  const alone = { ...sandbox.env, WACTL_CONFIG_DIR: join(scratch, 'alone') };
  const held = { ...sandbox.env, WACTL_CONFIG_DIR: join(scratch, 'held') };
  for (const env of [alone, held]) await pair(sandbox, env);
  const holder = start([wactl, 'connect', 'bench', '--json'], held);
  await holder.line((text) => JSON.parse(text).status === 'logged_in' || undefined);
  try {
    const times = await interleaved(
      {
        bare: () => timeOf(['-e', '0']),
        held: () => timeOf([wactl, 'status', 'bench'], held),
        alone: () => timeOf([wactl, 'status', 'bench'], alone),
      },
      rounds,
    );
    return [
      ratioRow('wactl status, held / node -e 0', times.held, times.bare, target(3.6, 3.2)),
      ratioRow('wactl status, not held / node -e 0', times.alone, times.bare, target(6.5, 5.5)),
    ];
  } finally {
    holder.kill('SIGTERM');
    await holder.ended;
  }
}

async function pair(sandbox, env) {
  const child = start([wactl, 'create', 'bench', '--json'], env);
  await sandbox.scan(await child.line((text) => JSON.parse(text).qr));
  const status = await child.ended;
  if (status !== 0) throw new Error(`pairing ended with ${status}`);
}
