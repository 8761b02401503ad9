import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureText, golden, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeAll(async () => {
  place = await Place.make({ seed: 'documents' });
  await place.pair('my-phone', '--name', 'Support Bot');
  await place.run(['create', 'spare', '--no-connect', '--proxy', 'http://user:secret@127.0.0.1:1']);
});
afterAll(() => place.remove());

const human = async (...argv: string[]) => golden(place, await place.run(argv));
const json = async (...argv: string[]) => goldenJson(place, await place.run([...argv, '--json']));

const lid = '136092674858118';

const myPhone = {
  id: 'my-phone',
  name: 'Support Bot',
  status: 'disconnected',
  is_logged_in: false,
  paired: true,
  phone_number: '15550100001',
  push_name: 'Sandy Box',
  whatsapp_jid: '15550100001@s.whatsapp.net',
  lid: `${lid}@lid`,
  platform: 'android',
  created_at: 'TIME',
  updated_at: 'TIME',
  last_connected_at: 'TIME',
  last_seen_at: 'TIME',
  message_count: 0,
  last_close: null,
};

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

describe('status', () => {
  it('asks WhatsApp, and prints the profile', async () => {
    expect(await human('status', 'my-phone')).toEqual({
      status: 0,
      stdout: [
        'id\tmy-phone',
        'status\tlogged in',
        'phone\t+15550100001',
        'push name\tSandy Box',
        'about\tHey there! I am using WhatsApp.',
        'jid\t15550100001@s.whatsapp.net',
        'link\thttps://wa.me/15550100001',
        'picture\thttp://127.0.0.1:PORT/sandbox/picture/1700000000.png',
        'as of\tTIME\n',
      ].join('\n'),
      stderr: '',
    });
  });

  it('as JSON has its fields in the order of the contract', async () => {
    const { stdout, ...rest } = await human('status', 'my', '--json');
    expect(rest).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      `${JSON.stringify({
        connected: true,
        phone: '15550100001',
        whatsapp_jid: '15550100001@s.whatsapp.net',
        push_name: 'Sandy Box',
        profile_picture_id: '1700000000',
        profile_picture_url: 'http://127.0.0.1:PORT/sandbox/picture/1700000000.png',
        profile_url: 'https://wa.me/15550100001',
        about: 'Hey there! I am using WhatsApp.',
        id: 'my-phone',
        status: 'logged_in',
        is_logged_in: true,
        phone_number: '15550100001',
        source: 'live',
        as_of: 'TIME',
      })}\n`,
    );
  });

  it('--offline prints the stored status, which is never logged in', async () => {
    expect(await human('status', 'my-phone', '--offline')).toEqual({
      status: 4,
      stdout: 'id\tmy-phone\nstatus\tdisconnected (as stored)\nas of\tTIME\n',
      stderr: failureText(
        'my-phone is disconnected, not logged_in',
        'the store never says "logged in": ask WhatsApp, without --offline, or use: --expect disconnected',
      ),
    });
    expect(await json('status', 'my-phone', '--offline', '--expect', 'disconnected')).toEqual({
      status: 0,
      lines: [
        {
          connected: false,
          id: 'my-phone',
          status: 'disconnected',
          is_logged_in: false,
          source: 'store',
          as_of: 'TIME',
          last_close: null,
        },
      ],
      stderr: '',
    });
  });

  it('--all is a table or an array, and ends with the worst exit status', async () => {
    expect(await human('status', '--all')).toEqual({
      status: 4,
      stdout: 'my-phone\tlogged in\t+15550100001\tSandy Box\tTIME\nspare\tnot paired\t\t\tTIME\n',
      stderr: 'wactl: error: spare is not paired\nwactl: hint: pair it with: wactl qr spare\n',
    });
    const { status, lines } = await json('status', '--all');
    expect(status).toBe(4);
    expect(lines).toMatchObject([
      [
        { connected: true, id: 'my-phone', status: 'logged_in' },
        { connected: false, id: 'spare', status: 'disconnected' },
      ],
    ]);
  });
});

describe('list', () => {
  it('is tab-separated in a pipe', async () => {
    expect(await human('list')).toEqual({
      status: 0,
      stdout:
        'my-phone\tSupport Bot\tdisconnected\t+15550100001\tSandy Box\tTIME\n' +
        'spare\t\tnot paired\t\t\tnever\n',
      stderr: '',
    });
  });

  it('as JSON has every record, and how many there are', async () => {
    expect(await json('list')).toEqual({
      status: 0,
      lines: [{ sessions: [myPhone, { id: 'spare', ...neverPaired }], total: 2, page: 1, per_page: 25 }],
      stderr: '',
    });
  });

  it('gives one page', async () => {
    expect(await human('ls', '--page', '2', '--per-page', '1')).toEqual({
      status: 0,
      stdout: 'spare\t\tnot paired\t\t\tnever\n',
      stderr: 'page 2 of 2, 2 sessions\n',
    });
  });

  it.each([
    [['--search', 'SUPPORT'], ['my-phone']],
    [['--search', '5550100'], ['my-phone']],
    [['--search', 'sandy'], ['my-phone']],
    [
      ['--status', 'disconnected'],
      ['my-phone', 'spare'],
    ],
    [['--status', 'failed,logged_out'], []],
  ])('%j finds %j', async (flags, ids) => {
    const { lines } = await json('list', ...flags);
    expect((lines[0]?.['sessions'] as { id: string }[]).map(({ id }) => id)).toEqual(ids);
  });

  it('says when there are no sessions', async () => {
    expect(await human('list', '--search', 'nope')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'no sessions match\n',
    });
    const elsewhere = { env: { WACTL_CONFIG_DIR: `${place.home}/empty` } };
    expect(golden(place, await place.run(['list'], elsewhere))).toEqual({
      status: 0,
      stdout: '',
      stderr: 'no sessions yet; create one with: wactl create my-phone\n',
    });
    expect(goldenJson(place, await place.run(['list', '--json'], elsewhere))).toEqual({
      status: 0,
      lines: [{ sessions: [], total: 0, page: 1, per_page: 25 }],
      stderr: '',
    });
  });
});

const engine = {
  name: 'baileys',
  version: '7.0.0-rc14',
  whatsapp_version: expect.stringMatching(/^2\.3000\.\d+$/) as string,
  whatsapp_version_source: 'bundled',
  whatsapp_version_fetched_at: null,
  uptime_seconds: expect.any(Number) as number,
  rss_bytes: expect.any(Number) as number,
};

describe('show', () => {
  it('prints everything known', async () => {
    const { stdout, ...rest } = await human('show', 'my-phone');
    expect(rest).toEqual({ status: 0, stderr: '' });
    expect(stdout.replace(/Web 2\.3000\.\d+/, 'Web VERSION')).toBe(
      [
        'id\tmy-phone',
        'name\tSupport Bot',
        'status\tdisconnected',
        'paired\tyes',
        'phone\t+15550100001',
        'push name\tSandy Box',
        'jid\t15550100001:1@s.whatsapp.net',
        `lid\t${lid}:1@lid`,
        'platform\tandroid',
        'created\tTIME',
        'updated\tTIME',
        'last connected\tTIME',
        'last seen\tTIME',
        'messages\t0',
        'endpoint\tws://127.0.0.1:PORT/ws/chat',
        'engine\tbaileys 7.0.0-rc14, WhatsApp Web VERSION, built into wactl\n',
      ].join('\n'),
    );
  });

  it('as JSON has it all, and no password', async () => {
    expect(await json('show', 'my-phone')).toEqual({
      status: 0,
      lines: [
        {
          ...myPhone,
          config: {
            webhook: null,
            webhooks: [],
            proxy: null,
            endpoint: 'ws://127.0.0.1:PORT/ws/chat',
            wants_online: false,
          },
          me: { id: '15550100001:1@s.whatsapp.net', push_name: 'Sandy Box', lid: `${lid}:1@lid` },
          engine,
          holder: null,
          last_message_at: null,
          last_heard_at: null,
          unconfirmed: false,
          qr: null,
        },
      ],
      stderr: '',
    });
    const { lines } = await json('show', 'spare');
    expect(lines).toMatchObject([{ me: null, config: { proxy: 'http://user:***@127.0.0.1:1' } }]);
  });
});

it('device names the phone and the device', async () => {
  expect(await human('device', 'my-phone')).toEqual({
    status: 0,
    stdout: `device\t1\nphone\t+15550100001\nlid\t${lid}@lid\npush name\tSandy Box\nplatform\tandroid\n`,
    stderr: '',
  });
  expect(await json('device', 'my-phone')).toEqual({
    status: 0,
    lines: [
      {
        device_id: 1,
        phone_number: '15550100001',
        lid: `${lid}@lid`,
        push_name: 'Sandy Box',
        platform: 'android',
      },
    ],
    stderr: '',
  });
});
