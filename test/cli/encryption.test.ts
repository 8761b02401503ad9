import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';

const passphrase = 'sentinel-of-the-passphrase';
const env = { WACTL_PASSPHRASE: passphrase };
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(async () => {
  await place.run(['disconnect', '--all'], { env });
  await place.remove();
});

const key = (): string => join(place.config, 'wactl.key');
const codeOf = (stdout: string): unknown =>
  (jsonLines(stdout)[0]?.['error'] as { code?: string } | undefined)?.code;

describe('a passphrase', () => {
  it('seals a new store; a process in the background gets the key through a pipe', async () => {
    const creating = place.start(['create', 'a', '--json'], { env });
    place.sandbox.scan(await creating.qr());
    expect(await creating.exited).toMatchObject({ status: 0 });
    expect(await place.files()).not.toContain('wactl.key');
    const connected = await place.run(['connect', 'a', '--detach', '--json'], { env });
    expect(connected.status, connected.stdout).toBe(0);
    // Whoever asks the holder needs no key.
    expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
    const { holder } = jsonLines((await place.run(['show', 'a', '--json'])).stdout)[0] ?? {};
    if (process.platform === 'linux') {
      const { pid } = holder as { pid: number };
      for (const part of ['cmdline', 'environ'])
        expect(await readFile(`/proc/${String(pid)}/${part}`, 'utf8')).not.toContain(passphrase);
    }
    expect(await place.run(['disconnect', 'a'])).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'a'], { env })).toMatchObject({ status: 0 });
  });

  it('that is wrong or missing ends with 11 before anything is done; list needs none', async () => {
    const made = ['create', 'a', '--no-connect', '--proxy', 'http://user:password@127.0.0.1:1'];
    expect(await place.run(made, { env })).toMatchObject({ status: 0 });
    expect(await place.run(['list', '--quiet'])).toMatchObject({ status: 0 });
    const missing = await place.run(['show', 'a', '--json']);
    expect([missing.status, codeOf(missing.stdout)]).toEqual([11, 'missing_key']);
    const wrong = await place.run(['qr', 'a', '--json'], { env: { WACTL_PASSPHRASE: 'wrong' } });
    expect([wrong.status, codeOf(wrong.stdout)]).toEqual([11, 'wrong_key']);
    const detached = await place.run(['qr', 'a', '--detach', '--json'], {
      env: { WACTL_PASSPHRASE: 'wrong' },
    });
    expect([detached.status, codeOf(detached.stdout)]).toEqual([11, 'wrong_key']);
    expect(await place.run(['show', 'a'], { env })).toMatchObject({ status: 0 });
  });

  it('is asked for on a terminal, and not shown', async () => {
    await place.run(['create', 'a', '--no-connect', '--proxy', 'http://user:password@127.0.0.1:1']);
    const changing = await place.terminal(['config', 'encryption', '--to', 'passphrase'], {
      columns: 80,
      rows: 24,
    });
    await changing.waitForText('New passphrase of the sessions:');
    changing.sendKeys(`${passphrase}\r`);
    await changing.waitForText('The same again:');
    changing.sendKeys(`${passphrase}\r`);
    expect(await changing.exited).toMatchObject({ status: 0 });
    expect(changing.everything()).not.toContain(passphrase);
    const showing = await place.terminal(['show', 'a'], { columns: 80, rows: 24 });
    await showing.waitForText('Passphrase of the sessions:');
    showing.sendKeys(`${passphrase}\r`);
    expect(await showing.exited).toMatchObject({ status: 0 });
    expect(showing.everything()).toContain('http://user:***@127.0.0.1:1');
    expect(showing.everything()).not.toContain(passphrase);
  });
});

describe('a key file', () => {
  it('that is lost: list works, what needs the key ends with 11 in plain words, and none is made', async () => {
    await place.pair('a');
    const bytes = await readFile(key());
    await rm(key());
    expect(await place.run(['list', '--quiet'])).toMatchObject({ status: 0 });
    const { status, stderr } = await place.run(['status', 'a']);
    expect([status, stderr]).toEqual([
      11,
      `wactl: error: the key file ${key()} is missing: without it nobody can open the sessions
wactl: hint: put it back, from a backup if need be, or name the one to use with --key-file
`,
    ]);
    expect(await place.files()).not.toContain('wactl.key');
    await writeFile(join(place.work, 'key'), bytes, { mode: 0o600 });
    expect(await place.run(['status', 'a', '--key-file', 'key'])).toMatchObject({ status: 0 });
    const connected = await place.run(['connect', 'a', '--detach'], { env: { WACTL_KEY_FILE: 'key' } });
    expect(connected.status, connected.stderr).toBe(0);
    expect(await place.run(['disconnect', 'a'])).toMatchObject({ status: 0 });
  });

  it('is taken from the credentials of systemd', async () => {
    await writeFile(join(place.work, 'wactl.key'), Buffer.alloc(32, 1), { mode: 0o400 });
    const env = { CREDENTIALS_DIRECTORY: place.work };
    await place.run(['create', 'a', '--no-connect', '--proxy', 'http://127.0.0.1:1'], { env });
    expect(await place.files()).not.toContain('wactl.key');
    expect(await place.run(['show', 'a', '--quiet'], { env })).toMatchObject({ status: 0 });
    expect(await place.run(['show', 'a'])).toMatchObject({ status: 11 });
    const { stdout } = await place.run(['config', 'encryption', '--json'], { env });
    expect(jsonLines(stdout)[0]).toMatchObject({ kind: 'file', is_own_file: false, generation: 1 });
  });

  it('that is lost: serve says so and ends, instead of serving sessions that cannot connect', async () => {
    await place.run(['create', 'a', '--no-connect', '--proxy', 'http://127.0.0.1:1']);
    await rm(key());
    const serving = place.start(['serve', '--listen', '127.0.0.1:0', '--json']);
    const { status, stdout } = await serving.exited;
    expect([status, codeOf(stdout)]).toEqual([11, 'missing_key']);
  });

  it.runIf(process.platform !== 'win32')('that others can read is refused', async () => {
    await writeFile(join(place.work, 'key'), Buffer.alloc(32, 1), { mode: 0o644 });
    const args = ['create', 'a', '--no-connect', '--proxy', 'http://127.0.0.1:1', '--key-file', 'key'];
    const { status, stderr } = await place.run(args);
    expect(status).toBe(11);
    expect(stderr).toContain('is open to other users');
    expect(stderr).toContain('restrict it: chmod 600');
  });

  it('is changed under a session that stays online', async () => {
    await place.pair('a');
    const before = await readFile(key());
    expect(await place.run(['connect', 'a', '--detach'])).toMatchObject({ status: 0 });
    const { status, stdout } = await place.run(['config', 'encryption', '--rotate', '--json']);
    expect([status, jsonLines(stdout)[0]]).toMatchObject([0, { generation: 2 }]);
    expect((await readFile(key())).equals(before)).toBe(false);
    // A new connection reads and writes everything with the new key.
    expect(await place.run(['restart', 'a'])).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'a', '--expect', 'logged_in', '--timeout', '20s'])).toMatchObject({
      status: 0,
    });
    expect(await place.run(['disconnect', 'a'])).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
  });
});
