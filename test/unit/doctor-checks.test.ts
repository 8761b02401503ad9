import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdersCheck } from '../../src/app/doctor-leases.ts';
import { pairingsCheck } from '../../src/app/doctor-pairings.ts';
import { programsCheck } from '../../src/app/doctor-programs.ts';
import type { EngineInfo } from '../../src/domain/engine.ts';
import { failed, ok, warning } from '../../src/domain/finding.ts';
import type { Lease } from '../../src/ports/leases.ts';
import { settingsCheck } from '../../src/settings/settings-check.ts';
import { checkListForTerminal } from '../../src/terminal/check-list.ts';
import { loadPalette } from '../../src/terminal/palette.ts';
import { terminalCheck } from '../../src/terminal/terminal-check.ts';
import { versionCheck } from '../../src/whatsapp/version-check.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { fakeSettings, FakeSettingsTable } from '../support/fake-settings.ts';
import { memoryStore } from '../support/memory-store.ts';
import { draftOf } from '../support/store-drafts.ts';

const { signal } = new AbortController();

describe('programs', () => {
  const look = (node: string) =>
    programsCheck({ node, wactl: '1.2.3', engine: 'baileys 7', system: 'linux x64' }).examine(signal);

  it.each(['20.19.0', '20.20.2', '22.0.0'])('Node.js %s will do', async (node) => {
    expect(await look(node)).toEqual(ok(`wactl 1.2.3, baileys 7, Node.js ${node} on linux x64`));
  });

  it.each(['18.20.0', '20.18.9'])('Node.js %s is too old, as package.json says', async (node) => {
    const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=20.19.0');
    expect(await look(node)).toEqual(
      warning(
        `wactl 1.2.3, baileys 7, Node.js ${node} on linux x64; wactl needs Node.js 20.19 or newer`,
        'update it: https://nodejs.org',
      ),
    );
  });
});

describe('settings', () => {
  const row = (key: string, source: 'default' | 'file' | 'environment') => ({
    key,
    value: 'secret',
    source,
    about: '',
  });

  it('names what is set, without the values', async () => {
    const table = new FakeSettingsTable(
      row('proxy', 'environment'),
      row('qr_style', 'file'),
      row('endpoint', 'default'),
    );
    expect(await settingsCheck(fakeSettings({ table })).examine(signal)).toEqual(
      ok('set: proxy (environment), qr_style'),
    );
    expect(await settingsCheck(fakeSettings()).examine(signal)).toEqual(ok('all as usual'));
  });
});

describe('holders', () => {
  const lease = (sessionId: string, socketPath: string, pid: number): Lease => ({
    sessionId,
    leaseId: `lease-${sessionId}`,
    pid,
    socketPath,
    acquiredAt: new Date(0),
    status: 'logged_in',
  });

  /** Sockets by what listens there. */
  async function holders(
    sockets: Readonly<Record<string, 'answering' | 'silent' | 'dead'>>,
    ...leases: Lease[]
  ) {
    const store = memoryStore(() => new Date(0));
    for (const { sessionId, ...claim } of leases) {
      await store.create(draftOf(sessionId));
      await store.leases.acquire({ sessionId, ...claim });
    }
    const check = holdersCheck({
      withLeases: (work) => work(store.leases),
      isThere: (path) => Promise.resolve(sockets[path] !== 'dead'),
      isAnswering: (path) => Promise.resolve(sockets[path] === 'answering'),
      isStopped: (pid) => pid === 13,
    });
    return { check, store, look: () => check.examine(signal) };
  }

  it('none, or all answering', async () => {
    expect(await (await holders({})).look()).toEqual(ok('no process holds a session'));
    const one = await holders({ s: 'answering' }, lease('a', 's', 1), lease('b', 's', 1));
    expect(await one.look()).toEqual(ok('2 sessions held by 1 process, which answers'));
    const two = await holders({ s: 'answering', t: 'answering' }, lease('a', 's', 1), lease('b', 't', 2));
    expect(await two.look()).toEqual(ok('2 sessions held by 2 processes, which answer'));
  });

  it('without a database there are none', async () => {
    const check = holdersCheck({
      withLeases: () => Promise.resolve(undefined),
      isThere: () => Promise.reject(new Error('not asked')),
      isAnswering: () => Promise.reject(new Error('not asked')),
      isStopped: () => false,
    });
    expect(await check.examine(signal)).toEqual(ok('no process holds a session'));
    expect(await check.mend?.(signal)).toEqual([]);
  });

  it('one that was stopped can go on; one that hangs is to be ended', async () => {
    const stopped = await holders({ s: 'silent' }, lease('a', 's', 13));
    expect(await stopped.look()).toEqual(
      failed(
        'in_use',
        'process 13 holds a and is stopped (Ctrl-Z)',
        'let it go on with: fg, or: kill -CONT 13; or end it with: kill -9 13',
      ),
    );
    const hanging = await holders({ s: 'silent', t: 'dead' }, lease('a', 's', 12), lease('b', 't', 14));
    expect(await hanging.look()).toEqual(
      failed(
        'in_use',
        'process 12 holds a and does not answer; 1 lease of ended processes: b',
        'try again later, or end it with: kill -9 12',
      ),
    );
  });

  it('one that ends while it is asked has ended', async () => {
    const { store } = await holders({}, lease('a', 's', 1));
    let isThere = true;
    const check = holdersCheck({
      withLeases: (work) => work(store.leases),
      isThere: () => Promise.resolve(isThere),
      isAnswering: () => Promise.resolve((isThere = false)),
      isStopped: () => false,
    });
    expect(await check.examine(signal)).toEqual(
      warning('1 lease of ended processes: a', 'wactl doctor --fix'),
    );
  });

  it('leases of ended processes are removed, and no others', async () => {
    const { check, store, look } = await holders(
      { s: 'dead', t: 'silent', u: 'answering' },
      lease('a', 's', 1),
      lease('b', 't', 2),
      lease('c', 'u', 3),
    );
    expect(await look()).toMatchObject({ status: 'failed' });
    expect(await check.mend?.(signal)).toEqual(['removed the lease of an ended process on a']);
    expect((await store.leases.leases()).map(({ sessionId }) => sessionId)).toEqual(['b', 'c']);
  });

  it('dead leases alone are a warning', async () => {
    const { look } = await holders({ s: 'dead' }, lease('b', 's', 1), lease('a', 's', 1));
    expect(await look()).toEqual(warning('2 leases of ended processes: a, b', 'wactl doctor --fix'));
  });
});

describe('pairings', () => {
  const look = (...unconfirmed: string[]) =>
    pairingsCheck(() =>
      Promise.resolve([
        { id: 'paired', unconfirmed: false },
        ...unconfirmed.map((id) => ({ id, unconfirmed: true })),
      ]),
    ).examine(signal);

  it('half done ones are named, with how to finish', async () => {
    expect(await look()).toEqual(ok('none is half done'));
    expect(await look('a', 'b')).toEqual(
      warning(
        '2 pairings cut short, which the phone may list: a, b',
        'finish with: wactl status a b (or remove it: wactl delete a)',
      ),
    );
  });
});

describe('version', () => {
  const engine = (rest: Partial<EngineInfo>) => () =>
    Promise.resolve({
      name: 'baileys',
      version: '7',
      whatsappVersion: '2.3000.1',
      whatsappVersionSource: 'bundled' as const,
      whatsappVersionFetchedAt: null,
      ...rest,
    });
  const clock = new FakeClock('2026-03-01T12:00:00.000Z');

  it.each([
    [{}, ok('WhatsApp Web 2.3000.1, built into wactl')],
    [
      {
        whatsappVersionSource: 'fetched' as const,
        whatsappVersionFetchedAt: new Date('2026-03-01T09:00:00.000Z'),
      },
      ok('WhatsApp Web 2.3000.1, looked up 3 hours ago'),
    ],
    [
      { whatsappVersionSource: 'set' as const },
      warning(
        'WhatsApp Web 2.3000.1, from the settings: it ages there, and phones refuse to pair with an old one',
        'let wactl find the current one: wactl config unset whatsapp_version',
      ),
    ],
  ])('%j', async (info, finding) => {
    expect(await versionCheck(engine(info), clock).examine(signal)).toEqual(finding);
  });
});

describe('terminal', () => {
  const look = (report: { fits: boolean; reason: string } | null) =>
    terminalCheck({ explainQr: () => Promise.resolve(report) }, { qrStyle: 'auto' }).examine(signal);

  it('says which style and why, or what to do', async () => {
    expect(await look(null)).toEqual(ok('no QR is drawn: stderr is not a terminal that can be drawn on'));
    expect(await look({ fits: true, reason: 'QR as kitty' })).toEqual(ok('QR as kitty'));
    expect(await look({ fits: false, reason: 'no QR on 80 × 24' })).toEqual(
      warning('no QR on 80 × 24', 'enlarge the terminal or zoom out; or use: wactl create --web'),
    );
  });
});

describe('the list on a terminal', () => {
  const lines = [
    { name: 'directory', status: 'ok' as const, details: '/home/ada/.config/wactl, private', remedy: null },
    {
      name: 'holders',
      status: 'failed' as const,
      details: 'process 13 holds a and is\x1b[2J stopped (Ctrl-Z), and has been for a long time',
      remedy: 'let it go on with: fg, or: kill -CONT 13; or end it with: kill -9 13',
    },
  ];

  it('is wrapped beside the names at 80 columns', async () => {
    expect(checkListForTerminal(lines, 80, await loadPalette(false)).text.split('\n')).toEqual([
      'ok       directory  /home/ada/.config/wactl, private',
      'failed   holders    process 13 holds a and is stopped (Ctrl-Z), and has been for',
      '                    a long time',
      '                    -> let it go on with: fg, or: kill -CONT 13; or end it with:',
      '                    kill -9 13',
    ]);
  });

  it('is wrapped below them at 40', async () => {
    expect(checkListForTerminal(lines, 40, await loadPalette(false)).text.split('\n')).toEqual([
      'ok       directory',
      '  /home/ada/.config/wactl, private',
      'failed   holders',
      '  process 13 holds a and is stopped',
      '  (Ctrl-Z), and has been for a long time',
      '  -> let it go on with: fg, or: kill',
      '  -CONT 13; or end it with: kill -9 13',
    ]);
  });
});
