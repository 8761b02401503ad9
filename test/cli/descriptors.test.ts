import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const token = 'a-token-for-the-tests';

async function serve(openFiles: number) {
  const running = place.start(['serve', '--listen', '0', '--json'], {
    openFiles,
    env: { WACTL_TOKEN: token },
  });
  const { url } = await running.event(({ event }) => event === 'ready');
  return { running, url: String(url) };
}

/** Somebody who connects and says nothing. */
const silentClient = (url: string): Socket => {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname)
    .on('error', () => undefined)
    .resume();
};

describe('serve, with few descriptors', () => {
  it(
    'keeps its sessions online while 150 slow connections take all there are, and answers when they are gone',
    { timeout: 60_000 },
    async () => {
      await place.pair('a');
      const { running, url } = await serve(96);
      const authorization = `Bearer ${token}`;
      const online = place.sandbox.waitFor('logged_in');
      await fetch(new URL('/api/v1/sessions/a/connect', url), { method: 'POST', headers: { authorization } });
      await online;
      const slow = Array.from({ length: 150 }, () => silentClient(url));
      // The server ends those that are too many at once, and all others when they have said nothing for too long.
      await Promise.all(slow.map((socket) => once(socket, 'close')));
      const answer = await fetch(new URL('/api/v1/sessions/a', url), { headers: { authorization } });
      expect(await answer.json()).toMatchObject({ status: 'logged_in' });
      expect(place.sandbox.openConnections).toBe(1);
      running.kill('SIGTERM');
      expect(await running.exited).toMatchObject({
        status: 143,
        stderr: expect.not.stringMatching(/error|warn/) as string,
      });
    },
  );
});

// As where a service may not ask (systemd's RestrictAddressFamilies without AF_NETLINK).
const noInterfaces = `import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  os.networkInterfaces = () => { throw new Error('not permitted'); };
  syncBuiltinESMExports();`;

it('connect stays online where the addresses of the machine cannot be read, and says so', async () => {
  await place.pair('a');
  const data = Buffer.from(noInterfaces).toString('base64');
  const NODE_OPTIONS = `--import=data:text/javascript;base64,${data}`;
  const running = place.start(['connect', 'a'], { env: { NODE_OPTIONS } });
  await running.said('a: logged in');
  expect(running.stderr).toContain('the network addresses of this machine cannot be read (not permitted)');
  running.kill('SIGTERM');
  expect(await running.exited).toMatchObject({ status: 143 });
});
