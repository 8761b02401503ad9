import type { Session } from '../../src/domain/session.ts';
import { somebody } from './fake-whatsapp.ts';
import type { Held } from '../../src/domain/held.ts';
import type { EngineRecord } from '../../src/domain/engine.ts';

export const made = new Date('2026-01-02T03:04:05.678Z');
export const changed = new Date('2026-02-03T04:05:06.789Z');

/** A newly created session. */
export const newborn: Session = {
  id: 'my-phone',
  name: null,
  status: 'disconnected',
  paired: false,
  unconfirmed: false,
  phoneNumber: null,
  pushName: null,
  whatsappJid: null,
  lid: null,
  platform: null,
  createdAt: made,
  updatedAt: made,
  lastConnectedAt: null,
  lastSeenAt: null,
  messageCount: 0,
  lastClose: null,
  webhook: null,
  otherWebhooks: [],
  proxy: null,
  endpoint: null,
  wantsOnline: false,
  retries: 0,
  fence: null,
};

/** A session with something in every field. */
export const grown: Session = {
  ...newborn,
  ...somebody,
  name: 'My phone',
  paired: true,
  updatedAt: changed,
  lastConnectedAt: changed,
  lastSeenAt: changed,
  messageCount: 7,
  lastClose: {
    reason: 'banned',
    code: 402,
    at: changed,
    detail: 'Your account is restricted',
    banCode: 101,
    expiresAt: new Date('2026-02-04T04:05:06.789Z'),
  },
  webhook: {
    url: 'https://example.com/hook',
    events: ['message'],
    secret: 'whsec_c2VjcmV0',
    viaProxy: false,
  },
  otherWebhooks: [
    {
      name: 'crm',
      url: 'https://crm.example.com/hook?key=hunter3',
      events: ['session.qr'],
      secret: 'another secret',
      headers: { 'x-api-key': 'hunter4' },
      viaProxy: true,
    },
  ],
  proxy: 'socks5://ada:hunter2@proxy:1080',
  endpoint: { url: 'ws://127.0.0.1:4000/', rootKey: 'c0ffee' },
  wantsOnline: true,
  retries: 3,
  fence: { reason: 'copy', at: changed },
};

/** A session that a process keeps online. */
export const heldNow: Held = {
  id: 'a',
  pid: 4711,
  since: made,
  stays: true,
  status: 'logged_in',
  close: null,
  retryAt: null,
  qr: null,
  pairCode: null,
  passkey: null,
  passkeyCode: null,
};

/** What runs sessions. */
export const someEngine: EngineRecord = {
  name: 'fake',
  version: '1',
  whatsappVersion: '2.3000.1',
  whatsappVersionSource: 'bundled',
  whatsappVersionFetchedAt: null,
  uptimeSeconds: 0.5,
  rssBytes: 2,
};
