import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { failureText, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeAll(async () => {
  place = await Place.make();
});
afterEach(() => place.sandbox.clearFaults());
afterAll(() => place.remove());

type Row = readonly [fault: Fault, status: number, code: string, message: string, hint: string];

const again = 'trying again may help: check the network, then: wactl ';
const banned = [
  8,
  'banned',
  'WhatsApp has banned this account or locked it temporarily',
  'open WhatsApp on the phone: it says why, and how to ask for a review',
] as const;
const bannedForAWhile = [
  8,
  'banned',
  'WhatsApp has banned this account temporarily',
  'wait until the ban is over; WhatsApp on the phone says more',
] as const;
const lockedOut = (again: string) =>
  [
    8,
    'banned',
    'WhatsApp has locked this account, or logged its phone out (403)',
    `open WhatsApp on the phone to see why; if it works there, as after a move to another phone, pair again with: ${again}`,
  ] as const;
const forged = [
  7,
  'pairing_refused',
  'a signature is forged: the server is not WhatsApp, or someone is intercepting the connection',
  'use another network or no proxy; nothing was stored',
] as const;
const outdated = (origin: string) =>
  [
    9,
    'outdated',
    `WhatsApp wants a newer client version (405): wactl identified itself as WhatsApp Web 2.3000.1043857760, ${origin}`,
    'update wactl, or set the version with: wactl config set whatsapp_version 2.3000.…',
  ] as const;
const replaced = [
  6,
  'replaced',
  'another connection of the same device took its place (440)',
  'find the other program that uses these credentials and stop one of the two',
] as const;
const late = [5, 'timed_out', 'WhatsApp did not answer in time', `${again}status b`] as const;

const coded = (row: typeof banned | typeof bannedForAWhile, code: number) =>
  [row[0], row[1], `${row[2]} (${code})`, row[3]] as const;

/** What happens to `create` before there is anything to scan. */
const registration: readonly Row[] = [
  [
    { kind: 'failure', code: 401 },
    7,
    'pairing_refused',
    'WhatsApp refused the pairing (401)',
    'start again with: wactl create a',
  ],
  [
    { kind: 'failure', code: 400 },
    7,
    'pairing_refused',
    'WhatsApp refused the pairing (400)',
    'start again with: wactl create a',
  ],
  [{ kind: 'failure', code: 402 }, ...coded(bannedForAWhile, 402)],
  [{ kind: 'failure', code: 403 }, ...lockedOut('wactl create a')],
  [{ kind: 'failure', code: 405 }, ...outdated('looked up just now')],
  [{ kind: 'failure', code: 406 }, ...coded(banned, 406)],
  [
    { kind: 'failure', code: 411 },
    7,
    'pairing_refused',
    'WhatsApp refused this kind of device (411)',
    'update WhatsApp on the phone, then pair again with: wactl create a',
  ],
  [
    { kind: 'failure', code: 500 },
    5,
    'unreachable',
    'WhatsApp reported an error of its own (500)',
    `${again}create a`,
  ],
  [
    { kind: 'failure', code: 503 },
    5,
    'unreachable',
    'WhatsApp is not available right now (503)',
    `${again}create a`,
  ],
  [{ kind: 'forged_root' }, ...forged],
  [{ kind: 'forged_leaf' }, ...forged],
  [
    { kind: 'http_status', code: 503 },
    5,
    'unreachable',
    'WhatsApp is not available right now (503)',
    `${again}create a`,
  ],
  [
    { kind: 'http_status', code: 403 },
    5,
    'unreachable',
    'WhatsApp cannot be reached (403)',
    'check the network and the proxy, then try again',
  ],
  [
    { kind: 'stream_end' },
    5,
    'unreachable',
    'the other side closed the connection (428)',
    `${again}create a`,
  ],
  [
    { kind: 'drop', at: 1, direction: 'sent' },
    5,
    'unreachable',
    'the other side closed the connection (428)',
    `${again}create a`,
  ],
];

/** The hint offers the command as it was typed. */
const withFlags = (hint: string, flags: string): string =>
  hint.replace('wactl create a', `wactl create a ${flags}`);

describe.each(registration)('create, when the server %o', (fault, status, code, words, hint) => {
  const message = `a: ${words}`;

  it('says what happened and what to do, and keeps nothing', async () => {
    place.sandbox.fault(fault);
    expect(await place.run(['create', 'a', '--format', 'raw'])).toMatchObject({
      status,
      stderr: failureText(message, withFlags(hint, '--format raw')),
    });
    expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
  });

  it('with --json says so in its last line', async () => {
    place.sandbox.fault(fault);
    const { lines, ...rest } = goldenJson(place, await place.run(['create', 'a', '--json']));
    expect(rest).toEqual({ status, stderr: '' });
    expect(lines.at(-1)).toEqual({
      event: 'error',
      error: { code, message, hint: withFlags(hint, '--json'), exit_status: status },
    });
  });
});

const scanned: readonly Row[] = [
  [{ kind: 'forged_account_signature' }, ...forged],
  [{ kind: 'bad_hmac' }, ...forged],
];

it.each(scanned)('create, when the phone %o', async (fault, status, code, words, hint) => {
  place.sandbox.fault(fault);
  const creating = place.start(['create', 'a', '--json']);
  place.sandbox.scan(await creating.qr());
  const { lines, ...rest } = goldenJson(place, await creating.exited);
  expect(rest).toEqual({ status, stderr: '' });
  expect(lines.at(-1)).toEqual({
    event: 'error',
    error: { code, message: `a: ${words}`, hint: withFlags(hint, '--json'), exit_status: status },
  });
  expect(await place.run(['show', 'a'])).toMatchObject({ status: 3 });
  expect(place.sandbox.devices.filter(({ logins }) => logins > 0)).toHaveLength(0);
});

const login: readonly Row[] = [
  [{ kind: 'failure', code: 402 }, ...coded(bannedForAWhile, 402)],
  [{ kind: 'failure', code: 403 }, ...lockedOut('wactl qr b')],
  [{ kind: 'failure', code: 405 }, ...outdated('built into wactl')],
  [{ kind: 'failure', code: 406 }, ...coded(banned, 406)],
  [
    { kind: 'failure', code: 418 },
    8,
    'refused',
    'WhatsApp refused this device (418)',
    'open WhatsApp on the phone, which may say more; update wactl; pair again with: wactl qr b',
  ],
  [
    { kind: 'failure', code: 500 },
    5,
    'unreachable',
    'WhatsApp reported an error of its own (500)',
    `${again}status b`,
  ],
  [
    { kind: 'failure', code: 503 },
    5,
    'unreachable',
    'WhatsApp is not available right now (503)',
    `${again}status b`,
  ],
  [{ kind: 'stream_error', code: 440 }, ...replaced],
  [
    { kind: 'stream_error', code: 503 },
    5,
    'unreachable',
    'WhatsApp is not available right now (503)',
    `${again}status b`,
  ],
  [
    { kind: 'stream_end' },
    5,
    'unreachable',
    'the other side closed the connection (428)',
    `${again}status b`,
  ],
  [{ kind: 'forged_root' }, ...forged],
  [{ kind: 'forged_leaf' }, ...forged],
  [{ kind: 'stall_upgrade' }, ...late],
  [{ kind: 'stall_hello' }, ...late],
  [{ kind: 'stall_login' }, ...late],
  [{ kind: 'no_answer', query: 'usync' }, ...late],
  [
    { kind: 'failure', code: 401 },
    4,
    'logged_out',
    'the phone unlinked this device',
    'pair it again with: wactl qr b',
  ],
];

describe('status', () => {
  beforeAll(() => place.pair('b'));

  it('takes a restart (515) as no trouble', async () => {
    place.sandbox.fault({ kind: 'stream_error', code: 515 });
    expect(await place.run(['status', 'b'])).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(login)('when the server %o', async (fault, status, _code, words, hint) => {
    place.sandbox.fault({ ...fault, times: 2 });
    // Of the others the answer is awaited, however busy the machine is.
    const limit = words === late[2] ? ['--timeout', '500ms'] : [];
    const human = await place.run(['status', 'b', ...limit]);
    expect(human).toMatchObject({ status, stderr: failureText(`b: ${words}`, hint) });
    const { lines, ...rest } = goldenJson(place, await place.run(['status', 'b', ...limit, '--json']));
    expect(rest).toEqual({ status, stderr: '' });
    expect(lines).toMatchObject([{ connected: false, id: 'b', is_logged_in: false, source: 'live' }]);
  });
});

describe('other words of WhatsApp', () => {
  beforeAll(() => place.pair('e'));

  it('on a ban are printed, in JSON and stored, until a login works', async () => {
    place.sandbox.fault({ kind: 'failure', code: 402, ban: 102, expire: 7200, times: 2 });
    const minute = /until \d{4}-\d\d-\d\d \d\d:\d\d UTC/;
    const { status, stderr } = await place.run(['status', 'e']);
    expect({ status, stderr: stderr.replace(minute, 'until MINUTE') }).toEqual({
      status: 8,
      stderr: failureText(
        'e: WhatsApp has banned this account temporarily, until MINUTE (402): too many people have blocked this ' +
          'number (ban code 102)',
        'wait until the ban is over; WhatsApp on the phone says more',
      ),
    });
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const lastClose = { reason: 'banned', code: 402, at: time, ban_code: 102, expires_at: time };
    const asked = await place.run(['status', 'e', '--json']);
    expect(JSON.parse(asked.stdout)).toMatchObject({ status: 'failed', last_close: lastClose });
    expect(JSON.parse((await place.run(['show', 'e', '--json'])).stdout)).toMatchObject({
      status: 'failed',
      last_close: lastClose,
    });
    expect((await place.run(['show', 'e'])).stdout).toMatch(minute);
    expect(await place.run(['status', 'e'])).toMatchObject({ status: 0 });
  });

  it('on a locked account are printed, and do not prevent pairing it again', async () => {
    const header = 'You were \u001b[8mlogged out';
    place.sandbox.fault({ kind: 'failure', code: 403, header, subtext: 'Open WhatsApp' });
    const { status, stderr } = await place.run(['status', 'e']);
    expect(status).toBe(8);
    expect(stderr).toContain('(403): You were logged out. Open WhatsApp\n');
    place.sandbox.fault({ kind: 'failure', code: 403 });
    const again = place.start(['qr', 'e', '--json']);
    place.sandbox.scan(await again.qr());
    expect(await again.exited).toMatchObject({ status: 0 });
  });
});

describe('a stream error 401 that does not say that the device is unlinked', () => {
  const fault: Fault = { kind: 'stream_error', code: 401, conflict: 'none', when: 'now' };
  beforeAll(() => place.pair('f'));

  it('leads to a login: a device that is still linked stays online', async () => {
    const running = place.start(['connect', 'f', '--json']);
    const logins = () => running.stdout.split('"status":"logged_in"').length - 1;
    await running.waitFor(() => logins() === 1);
    place.sandbox.fault(fault);
    await running.waitFor(() => logins() === 2);
    running.kill('SIGINT');
    expect((await running.exited).stdout).toContain('"reason":"unauthorized","code":401');
    expect(await place.run(['status', 'f'])).toMatchObject({ status: 0 });
  });

  it('is believed when the login is refused with 401', async () => {
    const running = place.start(['connect', 'f', '--json']);
    await running.waitFor(() => running.stdout.includes('"status":"logged_in"'));
    place.sandbox.fault({ kind: 'failure', code: 401 });
    place.sandbox.fault(fault);
    expect(await running.exited).toMatchObject({ status: 4 });
    expect(JSON.parse((await place.run(['show', 'f', '--json'])).stdout)).toMatchObject({
      status: 'logged_out',
      paired: false,
    });
  });
});

it('status logs in again after a temporary failure', async () => {
  await place.pair('c');
  place.sandbox.fault({ kind: 'failure', code: 403 });
  expect(await place.run(['status', 'c'])).toMatchObject({ status: 8 });
  expect(await place.run(['list', '--status', 'failed'])).toMatchObject({
    stdout: expect.stringMatching(/^c\t\tfailed\t/) as string,
  });
  expect(await place.run(['status', 'c'])).toMatchObject({ status: 0 });
});

describe('a newer client version', () => {
  const refusedBy = (at: Place) => at.sandbox.events.past.filter(({ kind }) => kind === 'refused').length;
  let moved: Place;

  beforeEach(async () => {
    moved = await Place.make({ clientVersion: [2, 3000, 2_000_000_000] });
  });
  afterEach(() => moved.remove());

  it('is looked up before a pairing, stored and used, silently without --verbose', async () => {
    await moved.pair('d');
    expect(await moved.run(['status', 'd'])).toMatchObject({ status: 0, stderr: '' });
    expect(refusedBy(moved)).toBe(0);
    const { stdout } = await moved.run(['show', 'd', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      engine: {
        whatsapp_version: '2.3000.2000000000',
        whatsapp_version_source: 'fetched',
        whatsapp_version_fetched_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    });
    expect((await moved.run(['show', 'd'])).stdout).toMatch(
      /^engine\t.*, WhatsApp Web 2\.3000\.2000000000, looked up (just now|.* minutes? ago)$/m,
    );
  });

  it('is looked up after a 405 when the earlier look-up failed', async () => {
    moved.sandbox.fault({ kind: 'service_worker', answer: 'rubbish' });
    moved.sandbox.fault({ kind: 'front_page', answer: '404' });
    await moved.pair('d');
    expect(refusedBy(moved)).toBe(1);
    expect(await moved.run(['status', 'd'])).toMatchObject({ status: 0, stderr: '' });
    expect(refusedBy(moved)).toBe(1);
  });

  it('from the settings is used as it is', async () => {
    await moved.run(['config', 'set', 'whatsapp_version', '2.3000.5']);
    expect(await moved.run(['create', 'd', '--format', 'raw'])).toMatchObject({
      status: 9,
      stderr: failureText(
        'd: WhatsApp wants a newer client version (405): wactl identified itself as WhatsApp Web 2.3000.5, from the settings',
        outdated('')[3],
      ),
    });
  });
});
