import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { environment, start, wactl } from './program.js';
import { interleaved, ratioRow } from './rounds.js';
import { target } from './targets.js';

const script = fileURLToPath(new URL('baileys-script.js', import.meta.url));
const rounds = Number(process.env.BENCH_ROUNDS ?? 21);
/** No person scans a QR at the moment it appears. */
const reachForPhoneMs = 1_500;

/** Pairing by QR, each time from nothing, against a minimal script on Baileys. */
export async function measurePairing({ scratch, sandbox }) {
  const fresh = () => mkdtempSync(join(scratch, 'pairing-'));
  const create = (...flags) => [wactl, 'create', 'bench', ...flags];
  const ownEnv = () => ({ ...sandbox.env, WACTL_CONFIG_DIR: fresh() });
  // First, because Node keeps compiled code when a process ends by itself, and a process that has shown its QR is killed.
  const done = await interleaved(
    {
      ours: () => timeFromScan(sandbox, create('--json'), ownEnv(), payloadOfEvent, ({ ended }) => ended),
      theirs: () =>
        timeFromScan(sandbox, [script, fresh(), sandbox.endpoint], {}, payloadOfLine, ({ line }) =>
          line((text) => (text === 'open' ? true : undefined)),
        ),
    },
    rounds,
  );
  const shown = await interleaved(
    {
      ours: () => timeToQr(create(), ownEnv()),
      theirs: () => timeToQr([script, fresh(), sandbox.endpoint], {}),
    },
    rounds,
  );
  return [
    ratioRow('command start to QR on screen / Baileys script', shown.ours, shown.theirs, target(0.48, 0.38)),
    ratioRow('scan to exit 0 / Baileys script to "open"', done.ours, done.theirs, target(0.33, 0.3)),
  ];
}

/** Milliseconds until the first block of a QR is on a terminal. */
function timeToQr(args, env) {
  const since = performance.now();
  const terminal = spawnOnTerminal(process.execPath, args, { cols: 120, rows: 70, env: environment(env) });
  return new Promise((resolve, reject) => {
    let took;
    terminal.onData((text) => {
      if (took !== undefined || !/[▀▄█]{3}/u.test(text)) return;
      took = performance.now() - since;
      terminal.kill('SIGKILL');
    });
    terminal.onExit(() => (took === undefined ? reject(new Error('ended without a QR')) : resolve(took)));
  });
}

/** Milliseconds from the scan of the QR until `finished`. */
async function timeFromScan(sandbox, args, env, payloadOf, finished) {
  const child = start(args, env);
  const qr = await child.line(payloadOf);
  const end = finished(child);
  await sleep(reachForPhoneMs);
  const since = performance.now();
  const [status] = await Promise.all([end, sandbox.scan(qr)]);
  const took = performance.now() - since;
  child.kill('SIGKILL');
  await child.ended;
  if (status !== 0 && status !== true) throw new Error(`pairing ended with ${status}`);
  return took;
}

const payloadOfEvent = (text) => JSON.parse(text).qr;
const payloadOfLine = (text) => (text.startsWith('payload ') ? text.slice('payload '.length) : undefined);
