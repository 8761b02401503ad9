import { describe, expect, it } from 'vitest';
import { askFirst } from '../../src/commands/ask-first.ts';
import { runConfig } from '../../src/commands/config.ts';
import { runConnect } from '../../src/commands/connect.ts';
import { runCreate } from '../../src/commands/create.ts';
import { runDevice } from '../../src/commands/device.ts';
import { runDisconnect } from '../../src/commands/disconnect.ts';
import { runList } from '../../src/commands/list.ts';
import { runPair } from '../../src/commands/pair.ts';
import { runSandbox } from '../../src/commands/sandbox.ts';
import { runShow } from '../../src/commands/show.ts';
import { runStatus } from '../../src/commands/status.ts';
import { runWebhook } from '../../src/commands/webhook.ts';
import type { Context } from '../../src/context.ts';
import type { SettingRow } from '../../src/ports/settings.ts';
import { WactlError } from '../../src/errors.ts';
import type { Holder } from '../../src/ports/holder.ts';
import { deliveriesRecord, testRecord } from '../../src/schema/delivery-record.ts';
import { untriedReceiver } from '../../src/domain/receiver.ts';
import type { Session } from '../../src/domain/session.ts';
import { world } from '../support/fake-context.ts';
import { FakeSettingsTable } from '../support/fake-settings.ts';
import { heldNow } from '../support/fake-session.ts';
import { somebody } from '../support/fake-whatsapp.ts';
import { openTestIo } from '../support/open-test-io.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

const at = new Date('2026-03-01T12:00:00.000Z');

/** What a stranger may call himself. Each holds the word "EVIL", which has to stay visible, and "FORGED" after it. */
const hostileTexts = [
  'EVIL\x1b[8m FORGED',
  'EVIL\x1b[31m\x1b[5m FORGED\x1b[0m',
  'EVIL\nwactl: error: FORGED',
  'EVIL\r\x1b[2KFORGED',
  'EVIL\x1b[2J\x1b[H\x1b[3JFORGED',
  'EVIL\x1b]0;FORGED\x07 title',
  'EVIL\x1b]8;;https://evil.example\x1b\\FORGED\x1b]8;;\x1b\\',
  'EVIL\x1b]52;c;cm0gLXJm\x07 FORGED',
  'EVIL\x1bPq#0\x1b\\FORGED',
  'EVIL\u009b8m\u009d0;FORGED\u009c',
  'EVIL\x00\x07\x08\x0b\x0c\x0e\x7f FORGED',
  'EVIL\u202edeGROF\u2066 FORGED\u2069\u202c',
  'EVIL\u2028FORGED\u2029FORGED',
  'EVIL\ud83d FORGED',
  'EVIL\x1b',
];

/** Our own colours, which stand around a text; and what takes a terminal over and back for a QR or a code. */
const own = /\x1b\[(?:1|2|22|3[0-9]|39)m/g;
const forbidden = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

const scene = (evil: string) => {
  const business = { address: evil, email: evil, businessHoursTimezone: evil };
  const names = { pushName: evil, businessName: evil, verifiedName: evil, about: evil, website: evil };
  const profile = {
    phone: evil,
    whatsappJid: evil,
    ...names,
    businessProfile: { ...business, categories: [{ id: evil, name: evil }] },
    profilePictureUrl: evil,
  };
  const holder: Partial<Holder> = {
    heldStatuses: () => Promise.resolve(new Map()),
    held: () => Promise.resolve({ ...heldNow, id: 'a' }),
    engine: () =>
      Promise.resolve({
        name: evil,
        version: evil,
        whatsappVersion: evil,
        whatsappVersionSource: 'bundled' as const,
        whatsappVersionFetchedAt: null,
        uptimeSeconds: 1,
        rssBytes: 1,
      }),
    async keepOnline({ id }, _, tell) {
      tell({ kind: 'push_name', pushName: evil });
      const message = { id: evil, from: evil, at, text: evil };
      tell({ kind: 'message', message: { ...message, pushName: evil } });
      tell({ kind: 'message', message: { ...message, pushName: null } });
      return Promise.resolve({ id, status: 'disconnected', details: evil });
    },
    disconnect: ({ id }) => Promise.resolve({ id, status: 'disconnected', details: evil }),
    check: (session) =>
      session.id === 'b'
        ? Promise.reject(new WactlError('unreachable', evil, evil))
        : Promise.resolve({ session, status: 'logged_in', close: null, profile, asOf: at }),
    async pair(session, goal, _, tell) {
      const expiresAt = new Date(at.getTime() + 60_000);
      const shown: HolderEvent =
        goal.kind === 'pair_by_code'
          ? { kind: 'pair_code', code: evil, phone: evil, seq: 1, expiresAt }
          : { kind: 'qr', payload: 'https://example.com/#2@ref', seq: 1, expiresAt, rescan: false };
      tell({ kind: 'wrong_code' });
      tell(shown);
      await Promise.resolve();
      const paired: Session = { ...session, ...somebody, paired: true, pushName: evil, phoneNumber: evil };
      return paired;
    },
  };
  const row: SettingRow = { key: 'device_name', value: evil, source: 'file', about: evil };
  const table = new FakeSettingsTable(row);
  table.path = `/config/${evil}/config.json`;
  table.broken = new WactlError('usage', evil, evil);
  const delivery = {
    id: 'msg_1',
    type: 'message' as const,
    state: 'pending' as const,
    createdAt: at,
    attempts: 1,
    lastAttemptAt: at,
    lastError: evil,
  };
  return world({
    holder,
    settings: { table },
    webhooks: {
      list: ({ id, webhook }, name) =>
        Promise.resolve(
          deliveriesRecord(id, name, webhook, {
            deliveries: [delivery],
            pending: 1,
            receiver: untriedReceiver,
          }),
        ),
      test: (session, name) =>
        Promise.resolve(
          testRecord(session, name, {
            id: 'msg_2',
            httpStatus: 500,
            durationMs: 1,
            error: evil,
            isSigned: false,
          }),
        ),
    },
  });
};

const expectNothingActs = (text: string): void => {
  expect(forbidden.exec(text.replace(own, ''))).toBeNull();
  for (const line of text.split('\n')) expect(line).not.toMatch(/^(?:wactl: error: )?FORGED/);
};

type Run = (cx: Context) => Promise<unknown>;
const asking = { all: false, offline: false, expect: 'logged_in', timeout: 1 } as const;
const commands: readonly (readonly [name: string, run: Run])[] = [
  ['list', (cx) => runList(cx, { page: 1, perPage: 25 })],
  ['show', (cx) => runShow(cx, { id: 'a' })],
  ['device', (cx) => runDevice(cx, { id: 'a' })],
  ['status', (cx) => runStatus(cx, { ids: ['a'], ...asking })],
  ['status that fails', (cx) => runStatus(cx, { ids: ['b'], ...asking })],
  ['status, all', (cx) => runStatus(cx, { ids: [], ...asking, all: true, offline: true })],
  ['connect', (cx) => runConnect(cx, { ids: ['a'], all: false })],
  ['disconnect', (cx) => runDisconnect(cx, { ids: ['a'], all: false })],
  ['disconnect, all', (cx) => runDisconnect(cx, { ids: [], all: true })],
  ['webhook list', (cx) => runWebhook(cx, { action: 'list', id: 'a', limit: 5 })],
  ['webhook test', (cx) => runWebhook(cx, { action: 'test', id: 'a' })],
  ['config list', (cx) => runConfig(cx, { action: 'list' })],
  ['config get', (cx) => runConfig(cx, { action: 'get', key: 'device_name' })],
  ['config path', (cx) => runConfig(cx, { action: 'path' })],
  ['config set', (cx) => runConfig(cx, { action: 'set', key: 'device_name', value: 'x' })],
  [
    'create',
    (cx) =>
      runCreate(cx, { id: 'new', name: 'x', connect: true, pair: '+15551234567', pushNotification: true }),
  ],
  ['pair', (cx) => runPair(cx, { id: 'b', phone: '+15551234567', pushNotification: true })],
  ['sandbox', (cx) => runSandbox(cx, { port: 0, env: false, autoScan: false, detach: false })],
];

describe.each([
  ['a terminal', { columns: 300, rows: 50 }],
  ['a pipe', undefined],
])('text from outside cannot act on %s', (_, size) => {
  describe.each(commands)('%s', (_command, run) => {
    it.each(hostileTexts)('%j', async (evil) => {
      const { cx, has, clock } = scene(evil);
      await has({ id: 'a', name: evil }, { pushName: evil }, { ...somebody, lid: evil, platform: evil });
      await has({ id: 'b', name: evil });
      const { io, stdout, stderr } = await openTestIo(size ? { stdout: size } : {}, {
        clock,
        env: { FORCE_COLOR: '1' },
      });
      const events: ((sentence: string) => void)[] = [];
      const sandbox: Context['sandbox'] = () =>
        Promise.resolve({
          start: () =>
            Promise.resolve({
              endpoint: { url: 'ws://127.0.0.1:1/', rootKey: '00' },
              isListed: false,
              onEvent: (tell) => void events.push(tell),
              closed: Promise.resolve().then(() => {
                for (const tell of events) tell(evil);
              }),
              close: () => Promise.resolve(),
            }),
          at: () => {
            throw new Error('not expected');
          },
          faults: [],
          running: () => Promise.resolve([]),
        });
      const server: Context = { ...cx, io, sandbox };
      try {
        await run(server);
      } catch (error) {
        if (!(error instanceof WactlError)) throw error;
        io.error(error);
      }
      await io.end();
      expect(stdout.written + stderr.written).not.toBe('');
      expectNothingActs(stdout.written);
      expectNothingActs(stderr.written);
    });
  });

  it.each(hostileTexts)('a question about %j', async (evil) => {
    const { io, stderr, stdin } = await openTestIo({ stderr: { columns: 80, rows: 24 } });
    const answered = askFirst({ ...scene(evil).cx, io }, false, `Delete ${evil}?`);
    stdin.write('yes\n');
    await answered;
    expectNothingActs(stderr.written);
  });
});
