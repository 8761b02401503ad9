import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const phone = '15550100001';
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(async () => {
  await place.run(['disconnect', '--all']);
  await place.remove();
});

/** Everything below the home of the place but what the test itself made, with its mode: "config/wactl.db 600". */
async function modes(): Promise<string[]> {
  const entries = await readdir(place.home, { recursive: true, withFileTypes: true });
  const made = entries
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== place.work);
  const told = made.map(async (path) => {
    const stats = await lstat(path);
    const kind = stats.isDirectory() ? 'directory' : stats.isSocket() ? 'socket' : 'file';
    return `${kind} ${(stats.mode & 0o777).toString(8)} ${relative(place.home, path)}`;
  });
  return (await Promise.all(told)).sort();
}

it.skipIf(process.platform === 'win32').each(['000', '077'])(
  'with umask %s everything that is made is for nobody else',
  async (umask) => {
    await mkdir(place.work, { recursive: true });
    const wactl = (line: string) => place.bash(`umask ${umask}; wactl ${line}`);
    await wactl('config set max_retries 3');
    const pairing = await wactl(`create a --pair +${phone} --code WACT1SAN --detach --json`);
    expect(pairing.status, pairing.stdout).toBe(0);
    await place.sandbox.enterCode(phone, 'WACT1SAN');
    expect((await wactl('status a --expect logged_in --timeout 20s')).status).toBe(0);
    const connected = await wactl('connect a --detach -v');
    expect(connected.status, connected.stderr).toBe(0);
    await wactl('create b --no-connect');
    expect((await wactl('qr b --output qr.png --timeout 2s --no-wait')).status).toBeLessThan(8);
    const seen = await modes();
    for (const name of [
      'config/config.json',
      'config/wactl.db',
      'config/wactl.db-wal',
      'config/logs/a.log',
    ]) {
      expect(seen).toContain(`file 600 ${name}`);
    }
    expect(seen.filter((line) => line.startsWith('socket 600 '))).not.toEqual([]);
    expect(seen.filter((line) => !/^(file|socket) 600 |^directory 700 /.test(line))).toEqual([]);
  },
);
