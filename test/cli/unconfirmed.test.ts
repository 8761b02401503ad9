import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectAllOrNothing } from '../support/cli-all-or-nothing.ts';
import { failureText } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { Running } from '../support/cli-running.ts';

const token = 'a-token-for-the-tests';
const hint =
  'the phone may already list this device; finish with: wactl status a (or remove it with: wactl delete a)';
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** What `wactl ARGS --json` said. */
const documents = async (...args: string[]) => jsonLines((await place.run([...args, '--json'])).stdout);

/** The phone has said yes and lists the device; WhatsApp does not go on. */
async function signed(pairing: Running): Promise<void> {
  const paired = place.sandbox.waitFor('paired');
  place.sandbox.scan(await pairing.qr());
  await paired;
}

describe('between the phone’s yes and the first login', () => {
  beforeEach(() => place.sandbox.fault({ kind: 'no_restart' }));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('%s keeps the session, and says what to do', async (signal, status) => {
    const creating = place.start(['create', 'a', '--json']);
    await signed(creating);
    creating.kill(signal);
    const { stdout, ...ended } = await creating.exited;
    expect(ended).toEqual({ status, stderr: '' });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'error', error: { hint, exit_status: status } });
    expect(await documents('show', 'a')).toMatchObject([{ paired: false, unconfirmed: true, me: null }]);
    expect(await expectAllOrNothing(place, undefined)).toBe('paired');
  });

  it('a pairing that was killed is finished by create of the same id', async () => {
    const creating = place.start(['create', 'a', '--json']);
    await signed(creating);
    creating.kill('SIGKILL');
    await creating.exited;
    expect(await place.run(['create', 'a', '--format', 'raw'])).toMatchObject({
      status: 3,
      stderr: failureText('session "a" already exists', 'choose another id'),
    });
    expect(await documents('show', 'a')).toMatchObject([{ paired: true, unconfirmed: false }]);
  });

  it.each([['delete'], ['logout']])('%s of another shell unlinks the device', async (command) => {
    const creating = place.start(['create', 'a', '--json']);
    await signed(creating);
    expect(await place.run([command, 'a', '--yes'])).toMatchObject({ status: 0 });
    await creating.exited;
    expect(place.sandbox.devices).toEqual([]);
    const { status } = await place.run(['show', 'a']);
    expect(status).toBe(command === 'delete' ? 3 : 0);
  });

  it('delete that cannot reach WhatsApp keeps the session, and --force says what is left to do', async () => {
    const creating = place.start(['create', 'a', '--json']);
    await signed(creating);
    creating.kill('SIGKILL');
    await creating.exited;
    place.sandbox.fault({ kind: 'http_status', code: 503, times: 2 });
    expect(await place.run(['delete', 'a', '--yes'])).toMatchObject({ status: 5 });
    expect(await documents('show', 'a')).toMatchObject([{ unconfirmed: true }]);
    const forced = await place.run(['delete', 'a', '--yes', '--force']);
    expect(forced).toMatchObject({ status: 0 });
    expect(forced.stderr).toContain('unlink it on the phone: Settings > Linked devices');
  });
});

describe('serve, between the phone’s yes and the first login', () => {
  const a = '/api/v1/sessions/a';
  let serving: Running;
  let url: string;

  const serve = async (): Promise<void> => {
    serving = place.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
    url = String((await serving.event(({ event }) => event === 'ready'))['url']);
  };
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const content = body && JSON.stringify(body);
    const answer = await fetch(new URL(path, url), { method, headers, ...(content && { body: content }) });
    return answer.json();
  };

  beforeEach(async () => {
    place.sandbox.fault({ kind: 'no_restart' });
    await serve();
    await ask('POST', '/api/v1/sessions', { id: 'a' });
    const { qr_codes: codes } = (await ask('GET', `${a}/qr`)) as { qr_codes: string[] };
    const paired = place.sandbox.waitFor('paired');
    place.sandbox.scan(codes[0] ?? '');
    await paired;
  });

  it('a request to delete it unlinks the device', async () => {
    const deleting = ask('DELETE', a);
    // Any end of the connection leads to the login that it waits for.
    place.sandbox.fault({ kind: 'stream_end', when: 'now' });
    expect(await deleting).toEqual({ deleted: true, id: 'a' });
    expect(place.sandbox.devices).toEqual([]);
  });

  it('the next start finishes a pairing that SIGTERM cut short', async () => {
    serving.kill('SIGTERM');
    expect(await serving.exited).toMatchObject({ status: 143 });
    expect(await documents('show', 'a')).toMatchObject([{ paired: false, unconfirmed: true }]);
    await serve();
    await serving.event(({ event, status }) => event === 'status' && status === 'logged_in');
    expect(await ask('GET', a)).toMatchObject({ paired: true, unconfirmed: false, status: 'logged_in' });
  });
});
