import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { clientVersions } from '../../src/whatsapp/client-version.ts';
import type { ClientVersionsOptions, FetchedVersion } from '../../src/whatsapp/client-version.ts';
import { startEngine } from '../support/engine.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import type { TestProxy } from '../support/proxies.ts';

const newer = [2, 3000, 2_000_000_000] as const;
const newest = newer.join('.');

let sandbox: Sandbox;
let proxy: TestProxy | undefined;

beforeEach(async () => {
  sandbox = await startSandbox({ clientVersion: newer, refCount: 1 });
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await sandbox.close();
});

/** A cache in memory, and the versions that use it. */
function versionsWith(options: ClientVersionsOptions = {}, kept?: FetchedVersion) {
  const cache = new Map<string, FetchedVersion>();
  const server = sandbox.endpoint.replace('ws:', 'http:').replace('/ws/chat', '');
  if (kept) cache.set(server, kept);
  const versions = clientVersions({
    cache: { read: (key) => cache.get(key), keep: (key, one) => void cache.set(key, one) },
    timeoutMs: 500,
    ...options,
  });
  const said = () => versions.of({ endpoint: session().endpoint }).version.join('.');
  return { versions, said, kept: () => cache.get(server)?.version };
}

const session = (url: string | null = null) => ({
  proxy: url,
  endpoint: { url: sandbox.endpoint, rootKey: sandbox.rootKey },
});

const refusals = () => sandbox.events.past.filter(({ kind }) => kind === 'refused').length;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

describe('a pairing', () => {
  it('looks the version up before it registers, and keeps it', async () => {
    const { versions, kept } = versionsWith();
    const engine = await startEngine(sandbox, { versions });
    await engine.pair();
    expect(kept()).toBe(newest);
    expect(refusals()).toBe(0);
  });

  it('uses a version that cannot be stored', async () => {
    const keep = (): never => {
      throw new Error('the disk is full');
    };
    const versions = clientVersions({ cache: { read: () => undefined, keep } });
    await (await startEngine(sandbox, { versions })).pair();
    expect(refusals()).toBe(0);
  });

  it('looks up no version when one was looked up within 12 hours', async () => {
    const { versions, said } = versionsWith({}, { version: newest, fetchedAt: hoursAgo(11) });
    sandbox.fault({ kind: 'service_worker', answer: '404' });
    await (await startEngine(sandbox, { versions })).pair();
    expect(said()).toBe(newest);
    expect(sandbox.waitingFaults).toHaveLength(1);
  });

  it.each<[string, Date | null]>([
    ['was looked up 13 hours ago', hoursAgo(13)],
    ['was looked up tomorrow', hoursAgo(-24)],
    ['has no age', null],
  ])('looks it up again when it %s', async (_, fetchedAt) => {
    const { versions, kept } = versionsWith({}, { version: '2.3000.1999999999', fetchedAt });
    await (await startEngine(sandbox, { versions })).pair();
    expect(kept()).toBe(newest);
    expect(refusals()).toBe(0);
  });

  it('uses the stored version when the lookup takes too long', async () => {
    const { versions, said } = versionsWith({}, { version: newest, fetchedAt: hoursAgo(13) });
    sandbox.fault({ kind: 'service_worker', answer: 'slow' });
    sandbox.fault({ kind: 'front_page', answer: 'slow' });
    await (await startEngine(sandbox, { versions })).pair();
    expect(said()).toBe(newest);
  });

  it('looks up no version when a person has set one', async () => {
    const { versions, said } = versionsWith({ set: '2.3000.2000000001' });
    sandbox.fault({ kind: 'service_worker', answer: '404' });
    await (await startEngine(sandbox, { versions })).pair();
    expect(said()).toBe('2.3000.2000000001');
    expect(sandbox.waitingFaults).toHaveLength(1);
    expect(await versions.refresh(session(), undefined)).toBe(false);
  });

  it('can be aborted while the version is being looked up', async () => {
    const { versions } = versionsWith({ timeoutMs: 60_000 });
    const asked = sandbox.waitFor('fault');
    sandbox.fault({ kind: 'service_worker', answer: 'slow' });
    const engine = await startEngine(sandbox, { versions });
    const { connection, closed } = engine.connect({ kind: 'pair_by_qr' });
    await asked;
    await connection.close();
    expect(await closed).toMatchObject({ reason: 'ended_here' });
    expect(sandbox.events.past.filter(({ kind }) => kind === 'connection_opened')).toEqual([]);
  });

  it('reports its version when it expires', async () => {
    const { versions } = versionsWith();
    const engine = await startEngine(sandbox, { versions, deadlines: { firstRefMs: 20 } });
    expect(await engine.connect({ kind: 'pair_by_qr' }).closed).toMatchObject({
      reason: 'pairing_expired',
      detail: `wactl identified itself as WhatsApp Web ${newest}, looked up just now`,
    });
  });
});

describe('the version of WhatsApp Web', () => {
  it.each<[string, Fault[]]>([
    ['the service worker', []],
    ['the service worker, the first of two', [{ kind: 'service_worker', answer: 'two_revisions' }]],
    ['the front page, where the service worker is not there', [{ kind: 'service_worker', answer: '404' }]],
    [
      'the front page, where the service worker says nothing',
      [{ kind: 'service_worker', answer: 'rubbish' }],
    ],
  ])('is that of %s', async (_, faults) => {
    for (const fault of faults) sandbox.fault(fault);
    const { versions, said } = versionsWith();
    expect(await versions.refresh(session(), undefined)).toBe(true);
    expect(said()).toBe(newest);
    expect(sandbox.waitingFaults).toEqual([]);
    expect(await versions.refresh(session(), undefined)).toBe(false);
  });

  it('is that of the front page when the service worker is slow', async () => {
    sandbox.fault({ kind: 'service_worker', answer: 'slow' });
    const { versions } = versionsWith({ timeoutMs: 2_000 });
    expect(await versions.refresh(session(), undefined)).toBe(true);
  });

  it.each(['404', 'slow', 'rubbish'] as const)('is unknown when both pages answer %s', async (answer) => {
    sandbox.fault({ kind: 'service_worker', answer });
    sandbox.fault({ kind: 'front_page', answer });
    const { versions, said } = versionsWith({ timeoutMs: 300 });
    const before = said();
    expect(await versions.refresh(session(), undefined)).toBe(false);
    expect(said()).toBe(before);
  });

  it('is ignored when it is older', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ clientVersion: [2, 3000, 1_000_000] });
    const { versions, said } = versionsWith();
    const before = said();
    expect(await versions.refresh(session(), undefined)).toBe(false);
    expect(said()).toBe(before);
  });

  it('is looked up once for all waiting callers', async () => {
    sandbox.fault({ kind: 'service_worker', answer: '404', times: 3 });
    const { versions, said } = versionsWith();
    void versions.prepare(session());
    const { signal } = new AbortController();
    await Promise.all([versions.ready(session(), signal), versions.ready(session(), signal)]);
    expect(said()).toBe(newest);
    expect(sandbox.waitingFaults).toMatchObject([{ left: 2 }]);
  });

  it.each([
    ['http', () => startHttpProxy()],
    ['socks5', () => startSocksProxy()],
  ])('is looked up through an %s proxy, never around it', async (_, start) => {
    proxy = await start();
    expect(await versionsWith().versions.refresh(session(proxy.url), undefined)).toBe(true);
    // On a busy machine the second page is asked too.
    expect(new Set(proxy.targets)).toEqual(new Set([new URL(sandbox.endpoint).host]));
    await proxy.close();
    expect(await versionsWith().versions.refresh(session(proxy.url), undefined)).toBe(false);
    proxy = undefined;
  });
});
