import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningSandbox } from '../../src/ports/sandbox.ts';
import { noteSandbox, runningSandboxes } from '../../src/sandbox/running-sandboxes.ts';
import { sandboxHost } from '../../src/sandbox/sandbox-host.ts';
import { closedPort } from '../support/closed-port.ts';

const { signal } = new AbortController();
let home: string;
let directory: string;
let open: RunningSandbox[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wactl-sandboxes-'));
  directory = join(home, 'config', 'sandboxes');
  open = [];
});
afterEach(async () => {
  for (const sandbox of open) await sandbox.close();
  await rm(home, { recursive: true });
});

async function start(isListed: boolean): Promise<RunningSandbox> {
  const sandbox = await sandboxHost(signal, directory).start({ isListed });
  open.push(sandbox);
  return sandbox;
}

const running = () => sandboxHost(signal, directory).running();
const notes = (): Promise<string[]> => readdir(directory);
const address = (port: number): string => `ws://127.0.0.1:${port}/ws/chat`;

describe('the sandboxes that run', () => {
  it('are none where none ran', async () => {
    expect(await running()).toEqual([]);
  });

  it('are those that are to be listed, until they end', async () => {
    const [one, two] = [await start(true), await start(true)];
    await start(false);
    const both = [one.endpoint, two.endpoint];
    expect([...(await running())].sort((a, b) => (a.url < b.url ? -1 : 1))).toEqual(
      both.sort((a, b) => (a.url < b.url ? -1 : 1)),
    );
    await one.close();
    expect(await running()).toEqual([two.endpoint]);
    await two.close();
    expect(await notes()).toEqual([]);
  });

  it('are noted where only their user can read', async () => {
    await start(true);
    const [name = ''] = await notes();
    const modes = await Promise.all([directory, join(directory, name)].map((path) => stat(path)));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600']);
  });

  it('run also where they cannot be noted', async () => {
    await writeFile(join(home, 'config'), 'a file');
    const sandbox = await start(true);
    expect(sandbox.isListed).toBe(false);
    expect(await running()).toEqual([]);
  });
});

describe('a note', () => {
  it('of a sandbox that is gone is removed', async () => {
    await noteSandbox(directory, { url: address(closedPort), rootKey: 'ab' });
    expect(await running()).toEqual([]);
    expect(await notes()).toEqual([]);
  });

  it('of a sandbox whose port another one has is removed', async () => {
    const sandbox = await start(true);
    await noteSandbox(directory, { url: sandbox.endpoint.url, rootKey: 'ab' });
    expect(await running()).toEqual([sandbox.endpoint]);
    expect(await notes()).toHaveLength(1);
  });

  it('that is none is removed', async () => {
    await start(true);
    await writeFile(join(directory, 'a.json'), '[');
    await writeFile(join(directory, 'b.json'), '{"url":"ws://example.com","rootKey":"ab"}');
    expect(await running()).toHaveLength(1);
    expect(await notes()).toHaveLength(1);
  });

  it('of a sandbox that does not answer, as it is stopped, is kept and not used', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    await noteSandbox(directory, { url: address((silent.address() as AddressInfo).port), rootKey: 'ab' });
    expect(await runningSandboxes(directory, signal)).toEqual([]);
    expect(await notes()).toHaveLength(1);
    silent.closeAllConnections();
    silent.close();
  });
});
