import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';

const own = 'a-token-for-the-tests';
let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const urlOf = async (running: Running): Promise<string> =>
  String((await running.event(({ event }) => event === 'ready'))['url']);

const make = async (...flags: string[]): Promise<string> => {
  const { status, stdout } = await place.run(['token', 'create', ...flags]);
  expect(status).toBe(0);
  return stdout.trim();
};

it('a running serve knows a new token, holds it to its scope, names it in the audit, and forgets it', async () => {
  await place.run(['create', 'shop', '--no-connect']);
  await place.run(['create', 'desk', '--no-connect']);
  const running = place.start(['serve', '--listen', '0', '--json', '--log-format', 'json'], {
    env: { WACTL_TOKEN: own },
  });
  const url = await urlOf(running);
  const read = await make('board', '--scope', 'read');
  const one = await make('shop-desk', '--scope', 'admin', '--session', 'sh');
  const as = (token: string, ...args: string[]) =>
    place.run([...args, '--server', url], { env: { WACTL_TOKEN: token } });

  expect((await as(read, 'list')).stdout).toMatch(/^shop\t[^]*^desk\t/m);
  expect((await as(one, 'list')).stdout).toMatch(/^shop\t[^\n]*\n$/);
  expect(await as(one, 'show', 'desk')).toMatchObject({ status: 3 });
  expect(await as(read, 'update', 'shop', '--name', 'x')).toMatchObject({
    status: 2,
    stderr:
      'wactl: error: the token board may only read; this needs the scope admin\n' +
      'wactl: hint: use another token; on the server: wactl token create NAME --scope admin\n',
  });
  expect(await as(one, 'update', 'shop', '--name', 'x')).toMatchObject({ status: 0 });
  expect(await as(own, 'token', 'list')).toMatchObject({ status: 2 });

  const streaming = await fetch(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${read}` } });
  expect(streaming.status).toBe(200);
  expect((await place.run(['token', 'revoke', 'board', '-y'])).stdout).toBe('board: revoked\n');
  expect(await as(read, 'list')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('the token is wrong') as string,
  });
  // It ends by itself.
  expect(await streaming.text()).toMatch(/^retry/);
  const { stdout } = await place.run(['token', 'list', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    tokens: [{ name: 'shop-desk', session: 'shop', last_used_at: expect.any(String) as string }],
  });

  running.kill('SIGTERM');
  await running.exited;
  const lines = running.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const audited = lines.filter(({ msg }) => msg === 'audit');
  expect(audited.map(({ action, session, by, from, status }) => [action, session, by, from, status])).toEqual(
    [
      ['updateSession', 'shop', 'board', '127.0.0.1', 403],
      ['updateSession', 'shop', 'shop-desk', '127.0.0.1', 200],
    ],
  );
  for (const secret of [read, one, own]) expect(running.stderr + running.stdout).not.toContain(secret);
});

it('serve makes a token for the run unless there is another that may do everything', async () => {
  await make('board', '--scope', 'read');
  const first = place.start(['serve', '--listen', '0', '--json']);
  await urlOf(first);
  await first.said('the token for this run');
  first.kill('SIGTERM');
  await first.exited;
  const admin = await make('me', '--scope', 'admin');
  const second = place.start(['serve', '--listen', '0', '--json']);
  const url = await urlOf(second);
  expect(await place.run(['list', '--server', url], { env: { WACTL_TOKEN: admin } })).toMatchObject({
    status: 0,
  });
  second.kill('SIGTERM');
  expect((await second.exited).stderr).not.toContain('the token for this run');
});
