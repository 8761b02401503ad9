import { chmod, chown, mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/driver.ts';
import { goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

function tamper(sql: string): void {
  const db = openDatabase({ path: join(place.config, 'wactl.db'), busyTimeoutMs: 1_000 });
  db.exec(sql);
  db.close();
}

const damaged = {
  error: {
    code: 'store_damaged',
    message: 'the stored data of session "a" is damaged',
    exit_status: 11,
  },
};

describe('a session whose record cannot be read', () => {
  beforeEach(async () => {
    await place.pair('a');
    await place.pair('b');
    tamper(`UPDATE sessions SET status = 'zzz' WHERE id = 'a'`);
  });

  it('is listed as damaged, beside the others', async () => {
    const { status, stdout, stderr } = await place.run(['list']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^a\t\tfailed \(damaged\)\t.*\nb\t\tdisconnected\t/);
    const [{ sessions = [] } = {}] = jsonLines((await place.run(['list', '--json'])).stdout);
    expect(sessions).toMatchObject([{ id: 'a', status: 'failed', damaged: true }, { id: 'b' }]);
    expect((sessions as object[])[1]).not.toHaveProperty('damaged');
    expect((await place.run(['show', 'a'])).stderr).toBe(
      'wactl: warning: the stored data of session "a" is damaged, so the values shown may be wrong; ' +
        'pair it again with: wactl qr a; or remove it with: wactl delete a --force\n',
    );
  });

  it('does not stop others from being asked or connected', async () => {
    const offline = await place.run(['status', '--all', '--offline', '--expect', 'disconnected', '--json']);
    expect(goldenJson(place, offline)).toMatchObject({
      status: 11,
      lines: [
        [
          { id: 'a', status: 'failed', damaged: true },
          { id: 'b', status: 'disconnected' },
        ],
      ],
    });
    expect(goldenJson(place, await place.run(['status', '--all', '--json']))).toMatchObject({
      status: 11,
      lines: [
        [
          { id: 'a', ...damaged },
          { id: 'b', status: 'logged_in' },
        ],
      ],
    });
    expect(goldenJson(place, await place.run(['status', 'a', '--json']))).toMatchObject({
      status: 11,
      lines: [damaged],
    });
    const connecting = place.start(['connect', '--all', '--json']);
    await connecting.event(({ id, status }) => id === 'b' && status === 'logged_in');
    connecting.kill('SIGINT');
    expect(await connecting.exited).toMatchObject({ status: 130 });
  });

  it('is reported once by serve, and counted', async () => {
    const serving = place.start(['serve', '--listen', '127.0.0.1:0', '--json', '--verbose'], {
      env: { WACTL_TOKEN: 'x'.repeat(40) },
    });
    const { url } = await serving.event(({ event }) => event === 'ready');
    const metrics = await fetch(`${String(url)}/metrics`, {
      headers: { authorization: `Bearer ${'x'.repeat(40)}` },
    });
    expect(await metrics.text()).toContain('wactl_sessions_damaged 1');
    serving.kill('SIGTERM');
    await serving.exited;
  });

  it('can be paired again', async () => {
    const pairing = place.start(['qr', 'a', '--json']);
    place.sandbox.scan(await pairing.qr());
    expect(await pairing.exited).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'a', '--quiet'])).toMatchObject({ status: 0 });
  });

  it('can be removed', async () => {
    expect(await place.run(['delete', 'a', '--yes'])).toMatchObject({ status: 11 });
    expect(await place.run(['delete', 'a', '--yes', '--force'])).toMatchObject({ status: 0 });
    expect((await place.run(['list'])).stdout).toMatch(/^b\t[^\n]*\n$/);
  });
});

it('damaged credentials can be paired again, as the hint says', async () => {
  await place.pair('a');
  tamper(`UPDATE creds SET value = x'00'`);
  expect(goldenJson(place, await place.run(['status', 'a', '--json']))).toMatchObject({
    status: 11,
    lines: [
      {
        error: {
          ...damaged.error,
          hint: 'pair it again with: wactl qr a; or remove it with: wactl delete a --force',
        },
      },
    ],
  });
  const pairing = place.start(['qr', 'a', '--json']);
  place.sandbox.scan(await pairing.qr());
  expect(await pairing.exited).toMatchObject({ status: 0 });
});

it('a damaged pending event does not stop a command from ending', async () => {
  await place.pair('a', '--webhook-url', 'http://127.0.0.1:1/');
  tamper(`UPDATE outbox SET event_id = CAST(x'ff' AS TEXT), event = 'nessage' WHERE seq = 1`);
  const connecting = place.start(['connect', 'a']);
  await connecting.said('the stored record of one event is damaged and was set aside');
  connecting.kill('SIGTERM');
  expect(await connecting.exited).toMatchObject({ status: 143 });
  const [record = {}] = jsonLines((await place.run(['webhook', 'list', 'a', '--json'])).stdout);
  expect(record['deliveries']).toContainEqual(
    expect.objectContaining({ type: null, state: 'failed', last_error: 'its stored record is damaged' }),
  );
});

describe('the config directory', () => {
  it('that was open to others is closed, with one warning', async () => {
    await place.run(['create', 'a', '--no-connect']);
    await chmod(place.config, 0o755);
    expect((await place.run(['list'])).stderr).toBe(
      `wactl: warning: ${place.config} was open to other users (mode 0755); now it is 0700\n`,
    );
    expect((await place.run(['list'])).stderr).toBe('');
  });

  it('that others could change is refused with what to type, and doctor --fix closes it', async () => {
    await place.run(['create', 'a', '--no-connect']);
    await chmod(place.config, 0o770);
    const refused = await place.run(['list']);
    expect(refused.status).toBe(11);
    expect(refused.stderr).toContain(`${place.config} can be changed by other users`);
    expect(refused.stderr).toContain(`restrict it: chmod 700 ${place.config}`);
    await place.run(['doctor', '--fix', '--offline']);
    expect(await place.run(['list', '--quiet'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('that is a link is refused with what to type', async () => {
    await place.run(['create', 'a', '--no-connect']);
    const link = join(place.home, 'link');
    await symlink(place.config, link);
    const refused = await place.run(['list', '--config-dir', link]);
    expect(refused.status).toBe(11);
    expect(refused.stderr).toContain(`${link} is a symbolic link`);
    expect(refused.stderr).toContain('replace the link with its target');
  });

  it.skipIf(process.geteuid?.() !== 0)(
    'of another user is refused (only root can give one away)',
    async () => {
      await place.run(['create', 'a', '--no-connect']);
      await chown(place.config, 12_345, 12_345);
      const refused = await place.run(['list']);
      expect(refused.status).toBe(11);
      expect(refused.stderr).toContain(`${place.config} belongs to another user (12345)`);
      expect(refused.stderr).toContain('run wactl as that user');
    },
  );

  it('is refused when it is a link to nothing', async () => {
    await mkdir(place.config, { mode: 0o700 });
    await symlink('/nonexistent/else', join(place.config, 'wactl.db'));
    expect(goldenJson(place, await place.run(['list', '--json']))).toMatchObject({
      status: 11,
      lines: [{ error: { code: 'store_unsafe' } }],
    });
  });

  it.runIf(process.platform === 'linux')(
    'cannot be made in /proc, and the command says so at once',
    async () => {
      for (const args of [
        ['list', '--config-dir', '/proc/x/y'],
        ['config', 'set', 'max_retries', '3', '--config-dir', '/proc/x'],
      ]) {
        expect(goldenJson(place, await place.run([...args, '--json']))).toMatchObject({
          status: 11,
          lines: [{ error: { code: 'store_locked' } }],
        });
      }
      const env = { WACTL_CONFIG_DIR: undefined, XDG_CONFIG_HOME: undefined, HOME: '/proc' };
      expect(await place.run(['list'], { env })).toMatchObject({ status: 11 });
    },
  );

  it.skipIf(process.platform === 'win32')('with a FIFO for its settings is reported at once', async () => {
    await mkdir(place.config, { mode: 0o700 });
    await place.bash(`mkfifo -m 600 "$WACTL_CONFIG_DIR/config.json"`);
    expect(await place.run(['config', 'list'])).toMatchObject({
      status: 11,
      stderr: expect.stringContaining('config.json cannot be read (EINVAL)') as string,
    });
  });

  it('is the only one whose mode is changed: not that of a log elsewhere', async () => {
    const elsewhere = join(place.home, 'elsewhere');
    await mkdir(elsewhere);
    await chmod(elsewhere, 0o755);
    await place.run(['list', '--detached', join(elsewhere, 'a.log')]);
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o755);
  });
});
