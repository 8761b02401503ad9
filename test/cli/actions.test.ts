import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { golden, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeAll(async () => {
  place = await Place.make();
  await place.pair('my-phone', '--name', 'Support Bot');
  await place.run(['create', 'spare', '--no-connect']);
});
afterAll(() => place.remove());

const human = async (...argv: string[]) => golden(place, await place.run(argv));
const json = async (...argv: string[]) => goldenJson(place, await place.run([...argv, '--json']));

const neverPaired = {
  name: null,
  status: 'disconnected',
  is_logged_in: false,
  paired: false,
  phone_number: null,
  push_name: null,
  whatsapp_jid: null,
  lid: null,
  platform: null,
  created_at: 'TIME',
  updated_at: 'TIME',
  last_connected_at: null,
  last_seen_at: null,
  message_count: 0,
  last_close: null,
};

it.each(['qr my-phone --format raw', 'pair my-phone +15550100001'])(
  '%s leaves a session alone that is logged in',
  async (line) => {
    expect(await human(...line.split(' '))).toEqual({
      status: 0,
      stdout: '',
      stderr: 'my-phone is already logged in (+15550100001): nothing to do\n',
    });
    const { status, lines } = await json(...line.split(' '));
    expect({ status, lines }).toEqual({
      status: 0,
      lines: [{ id: 'my-phone', status: 'logged_in', phone: '15550100001' }],
    });
    expect(place.sandbox.devices).toHaveLength(1);
  },
);

it('restart logs in on a new connection', async () => {
  const { logins } = place.sandbox.devices[0] ?? { logins: 0 };
  expect(await human('restart', 'my-phone')).toEqual({
    status: 0,
    stdout:
      'my-phone: logged in on a new connection, which was then closed; keep it online with: wactl connect my-phone\n',
    stderr: '',
  });
  expect(place.sandbox.devices[0]?.logins).toBe(logins + 1);
});

it('disconnect of a session that no process holds succeeds', async () => {
  expect(await human('disconnect', 'my-phone')).toEqual({
    status: 0,
    stdout: 'my-phone: already disconnected\n',
    stderr: '',
  });
  expect(await json('disconnect', '--all')).toEqual({
    status: 0,
    lines: [
      [
        { id: 'my-phone', status: 'disconnected', details: 'already disconnected' },
        { id: 'spare', status: 'disconnected', details: 'already disconnected' },
      ],
    ],
    stderr: '',
  });
});

it('create --no-connect derives the id from the name, and prints it alone', async () => {
  expect(await human('create', '--no-connect', '--name', 'Žltý kôň')).toEqual({
    status: 0,
    stdout: 'zlty-kon\n',
    stderr: 'created, not paired yet; pair it with: wactl qr zlty-kon\n',
  });
  expect(await json('create', 'scripted', '--no-connect', '--quiet')).toEqual({
    status: 0,
    lines: [{ id: 'scripted', ...neverPaired }],
    stderr: '',
  });
  expect((await human('create', '--no-connect', '--quiet')).stdout).toMatch(/^[a-z]+-[a-z]+-\d{3}\n$/);
});

it('update changes only the given fields', async () => {
  await place.run(['create', 'changing', '--no-connect']);
  expect(
    await human('update', 'changing', '--name', 'New', '--webhook-url', 'https://example.com/x'),
  ).toEqual({ status: 0, stdout: '', stderr: 'changing: name, webhook changed\n' });
  const { status, lines } = await json('update', 'changing', '--no-webhook', '--name', '');
  expect({ status, lines }).toEqual({ status: 0, lines: [{ id: 'changing', ...neverPaired }] });
});

describe('logout and delete', () => {
  it('logout unlinks from the phone and keeps the record', async () => {
    await place.pair('leaving');
    const device = place.sandbox.devices.at(-1);
    expect(await human('logout', 'leaving', '--yes')).toEqual({
      status: 0,
      stdout: 'leaving: unlinked from the phone; the record and its settings are kept\n',
      stderr: '',
    });
    expect(device?.linked).toBe(false);
    expect((await human('list', '--search', 'leaving')).stdout).toBe(
      'leaving\t\tlogged out\t+15550100001\t\tTIME\n',
    );
  });

  it('logout of a session that was never paired succeeds', async () => {
    await place.run(['create', 'unpaired', '--no-connect']);
    expect(await json('logout', 'unpaired', '--yes')).toEqual({
      status: 0,
      lines: [
        { id: 'unpaired', status: 'disconnected', details: 'not paired, so there was nothing to unlink' },
      ],
      stderr: '',
    });
  });

  it('logout of a device that the phone has already unlinked succeeds', async () => {
    await place.pair('unlinked');
    place.sandbox.unlink(place.sandbox.devices.at(-1)?.jid ?? '');
    expect(await json('logout', 'unlinked', '--yes')).toEqual({
      status: 0,
      lines: [
        {
          id: 'unlinked',
          status: 'logged_out',
          details: 'the phone had already unlinked it; the record and its settings are kept',
        },
      ],
      stderr: '',
    });
  });

  it('delete unlinks and removes several, each with its entry, and ends with the worst exit status', async () => {
    await place.pair('gone');
    await place.run(['create', 'also-gone', '--no-connect']);
    const device = place.sandbox.devices.at(-1);
    expect(await json('delete', 'gone', 'also-gone', '--yes')).toEqual({
      status: 0,
      lines: [
        [
          { deleted: true, id: 'gone' },
          { deleted: true, id: 'also-gone' },
        ],
      ],
      stderr: '',
    });
    expect(device?.linked).toBe(false);
    expect((await human('list', '--search', 'gone')).stdout).toBe('');
  });

  it('delete keeps a session that it cannot unlink, unless it is forced', async () => {
    await place.pair('stuck');
    place.sandbox.fault({ kind: 'failure', code: 503, times: 2 });
    expect(await human('rm', 'stuck', '--yes')).toEqual({
      status: 5,
      stdout: '',
      stderr:
        'wactl: error: stuck: WhatsApp is not available right now (503)\n' +
        'wactl: hint: nothing was deleted; try again, or delete it only here with --force and then unlink it on the phone\n',
    });
    expect(await human('rm', 'stuck', '--yes', '--force')).toEqual({
      status: 0,
      stdout: 'stuck: deleted\n',
      stderr:
        'wactl: warning: stuck: WhatsApp is not available right now (503); unlink it on the phone: Settings > Linked devices\n',
    });
  });
});

describe('config', () => {
  it('sets, gets and unsets', async () => {
    expect(await human('config', 'set', 'max_retries', '3')).toEqual({
      status: 0,
      stdout: '3\n',
      stderr: '',
    });
    expect(await json('config', 'get', 'max_retries')).toMatchObject({
      status: 0,
      lines: [{ key: 'max_retries', value: '3', source: 'file' }],
    });
    expect(await human('config', 'unset', 'max_retries')).toMatchObject({ status: 0, stdout: '10\n' });
    expect(await human('config', 'path')).toEqual({
      status: 0,
      stdout: 'HOME/config/config.json\n',
      stderr: '',
    });
  });

  it('lists every setting with where it comes from', async () => {
    const { status, lines } = await json('config', 'list');
    expect({ status, settings: lines[0] }).toMatchObject({
      status: 0,
      settings: {
        endpoint: { value: 'ws://127.0.0.1:PORT/ws/chat', source: 'environment' },
        max_retries: { value: '10', source: 'default' },
      },
    });
  });
});

describe('help and version', () => {
  it('go to stdout', async () => {
    expect(await human('--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
    const { stdout } = await human('--help');
    expect(stdout).toMatch(/^Usage: wactl \[options\] \[command\]\n/);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('are JSON with --json', async () => {
    expect(await json('--version')).toEqual({ status: 0, lines: [{ version: '0.1.0' }], stderr: '' });
    expect(await json('list', '--help')).toMatchObject({
      status: 0,
      lines: [{ help: expect.stringMatching(/^Usage: wactl list/) as string }],
    });
    expect(await json()).toMatchObject({ status: 0, lines: [{ help: expect.any(String) as string }] });
  });
});
