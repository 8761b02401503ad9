import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { Running } from '../support/cli-running.ts';
import { seededRandom } from '../support/seeded-random.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

async function connected(): Promise<Running> {
  const running = place.start(['connect', 'a', '--json']);
  await running.event(({ status }) => status === 'logged_in');
  return running;
}

it('the next command takes over the session of a killed holder, and nothing is lost', async () => {
  await place.pair('a');
  const holder = await connected();
  holder.kill('SIGKILL');
  await holder.exited;
  const { status, stdout } = await place.run(['status', 'a', '--json']);
  expect(status).toBe(0);
  expect(jsonLines(stdout)[0]).toMatchObject({ status: 'logged_in', source: 'live' });
  // What the dead process has left is gone too.
  await expect(readdir(join(place.config, 'run'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('the next holder of any session removes the files of a killed one, and none of a live one', async () => {
  await place.pair('a');
  await place.pair('b');
  const live = place.start(['connect', 'b', '--json']);
  await live.event(({ status }) => status === 'logged_in');
  const killed = await connected();
  killed.kill('SIGKILL');
  await killed.exited;
  expect(await readdir(join(place.config, 'run'))).toHaveLength(2);
  await place.run(['create', 'c', '--no-connect']);
  const pairing = place.start(['qr', 'c', '--json']);
  await pairing.qr();
  pairing.kill('SIGINT');
  await pairing.exited;
  expect(await readdir(join(place.config, 'run'))).toHaveLength(1);
  expect((await place.run(['disconnect', 'b'])).stdout).toContain('taken offline');
});

it('a socket is made elsewhere if the directory for it cannot be used', async () => {
  await place.pair('a');
  await writeFile(join(place.config, 'run'), 'in the way');
  const holder = await connected();
  expect((await place.run(['status', 'a'])).status).toBe(0);
  expect(place.sandbox.devices).toMatchObject([{ maxConnections: 1 }]);
  expect((await place.run(['disconnect', 'a'])).stdout).toContain('taken offline');
  expect((await holder.exited).status).toBe(0);
  expect((await readdir(place.home)).filter((name) => name.startsWith('wactl-'))).toEqual([]);
});

it('a holder that is killed at any moment leaves a session that works', async () => {
  await place.pair('a');
  const random = seededRandom(3);
  for (let round = 0; round < 8; round++) {
    const holder = place.start(['connect', 'a', '--json']);
    // After so many lines: in the middle of what comes next.
    const lines = Math.floor(random() * 4);
    await holder.waitFor(() => holder.stdout.split('\n').length > lines);
    holder.kill('SIGKILL');
    await holder.exited;
    expect((await place.run(['status', 'a'])).status).toBe(0);
  }
  const show = await place.run(['show', 'a', '--json']);
  expect(jsonLines(show.stdout)[0]).toMatchObject({ paired: true, last_close: null, holder: null });
});

it('the command that follows a pairing takes it over when its process is killed', async () => {
  const first = place.start(['create', 'a', '--json']);
  const qr = await first.qr();
  const follower = place.start(['qr', 'a', '--json']);
  expect(await follower.qr()).toBe(qr);
  first.kill('SIGKILL');
  const { qr: another } = await follower.event((event) => event.event === 'qr' && event['qr'] !== qr);
  place.sandbox.scan(String(another));
  expect((await follower.exited).status).toBe(0);
  expect(place.sandbox.devices).toHaveLength(1);
});

it('a command that follows a pairing shows the same QR, and both report the login', async () => {
  const first = place.start(['create', 'a', '--json']);
  const qr = await first.qr();
  const follower = place.start(['qr', 'a', '--format', 'raw']);
  await follower.waitFor(() => follower.stdout === `${qr}\n`);
  const asked = await place.run(['status', 'a', '--json']);
  expect(jsonLines(asked.stdout)[0]).toMatchObject({ status: 'waiting_for_qr', source: 'live' });
  place.sandbox.scan(qr);
  expect((await first.exited).status).toBe(0);
  expect((await follower.exited).status).toBe(0);
  expect(place.sandbox.devices).toHaveLength(1);
});

it.runIf(process.platform !== 'win32')(
  'a holder that is stopped keeps its session, and other commands end with in_use',
  async () => {
    await place.pair('a');
    const holder = await connected();
    holder.kill('SIGSTOP');
    const asked = await place.run(['status', 'a', '--json']);
    expect(asked.status).toBe(6);
    expect(jsonLines(asked.stdout)[0]).toMatchObject({
      error: {
        code: 'in_use',
        message: expect.stringMatching(/^a is held by process \d+, which is stopped \(Ctrl-Z\)$/) as string,
        hint: expect.stringMatching(/fg, or: kill -CONT \d+; or end it with: kill -9 \d+$/) as string,
      },
    });
    expect((await place.run(['list'])).stdout).not.toContain('logged in');
    expect((await place.run(['show', 'a'])).status).toBe(0);
    holder.kill('SIGCONT');
    expect((await place.run(['disconnect', 'a'])).status).toBe(0);
    expect((await holder.exited).status).toBe(0);
  },
);

it('the holder reports what other commands do to its session', async () => {
  await place.pair('a');
  const holder = place.start(['connect', 'a']);
  await holder.said('a: logged in\n');
  expect(await place.run(['connect', 'a'])).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^a: already online, held by process \d+\n$/) as string,
  });
  expect((await place.run(['list'])).stdout).toContain('logged in');
  expect((await place.run(['restart', 'a'])).stdout).toContain('logged in on a new connection');
  expect((await place.run(['logout', 'a', '--yes'])).stdout).toContain('unlinked from the phone');
  const { status, stderr } = await holder.exited;
  expect({ status, stderr }).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('another command unlinked it from its phone') as string,
  });
  expect(place.sandbox.devices).toEqual([]);
});

it('delete takes a session that is kept online', async () => {
  await place.pair('a');
  const holder = await connected();
  expect((await place.run(['delete', 'a', '--yes'])).status).toBe(0);
  expect((await holder.exited).status).toBe(4);
  expect(place.sandbox.devices).toEqual([]);
});
