import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, wactl } from './program.js';

const rounds = 3;
const isWait = (line) => /\b(fsync|fdatasync)\(/.test(line);

/** How often a first `create` waits for the disk (fsync), before the QR, then before the scan, and from then on. Counted by strace. */
export async function measureDiskWaits({ scratch, sandbox }) {
  if (spawnSync('strace', ['-V']).status !== 0)
    return [{ what: 'waits for the disk', measured: 'skipped', detail: 'needs strace' }];
  const counted = [];
  for (let round = 0; round < rounds; round++) counted.push(await firstCreate(scratch, sandbox));
  const row = (what, side, target) => {
    const all = counted.map((one) => one[side]);
    const value = Math.min(...all);
    return { what, value, measured: `${value}`, detail: all.join(', '), target, unit: '' };
  };
  return [
    row('waits for the disk before the QR of a first create', 'before', 4),
    row('waits for the disk while the phone is awaited', 'awaited', 2),
    row('waits for the disk from the scan to the end', 'after', 6),
  ];
}

async function firstCreate(scratch, sandbox) {
  const directory = mkdtempSync(join(scratch, 'disk-waits-'));
  const trace = join(directory, 'trace');
  const calls = ['-f', '-qq', '-e', 'trace=fsync,fdatasync,write', '-s', '40', '-o', trace];
  const child = start(
    [wactl, 'create', 'bench', '--json'],
    { ...sandbox.env, WACTL_CONFIG_DIR: join(directory, 'config') },
    ['strace', ...calls],
  );
  const qr = await child.line((text) => JSON.parse(text).qr);
  // No person is quicker; what is prepared for the login is prepared by then.
  await sleep(1_500);
  const scannedAt = readFileSync(trace, 'utf8').split('\n').length - 1;
  await sandbox.scan(qr);
  const status = await child.ended;
  if (status !== 0) throw new Error(`pairing ended with ${status}`);
  const lines = readFileSync(trace, 'utf8').split('\n');
  const shown = lines.findIndex((line) => line.includes('write(1, "{\\"event\\":\\"qr\\"'));
  if (shown === -1) throw new Error('the trace does not show when the QR was written');
  return {
    before: lines.slice(0, shown).filter(isWait).length,
    awaited: lines.slice(shown, scannedAt).filter(isWait).length,
    after: lines.slice(scannedAt).filter(isWait).length,
  };
}
