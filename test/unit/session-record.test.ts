import { describe, expect, it } from 'vitest';
import { sessionRecord, wholeRecord, withHeld } from '../../src/schema/session-record.ts';
import { grown, heldNow, newborn } from '../support/fake-session.ts';

const engine = {
  name: 'baileys',
  version: '7',
  whatsappVersion: '2.3000.1',
  whatsappVersionSource: 'bundled' as const,
  whatsappVersionFetchedAt: null,
  uptimeSeconds: 1.5,
  rssBytes: 9,
};

// Compared as text: the order of the keys is part of the contract.
const json = (value: unknown): string => JSON.stringify(value, null, 1);

const recordOfGrown = {
  id: 'my-phone',
  name: 'My phone',
  status: 'disconnected',
  is_logged_in: false,
  paired: true,
  phone_number: '15551234567',
  push_name: 'Ada',
  whatsapp_jid: '15551234567@s.whatsapp.net',
  lid: '987654321@lid',
  platform: 'android',
  created_at: '2026-01-02T03:04:05.678Z',
  updated_at: '2026-02-03T04:05:06.789Z',
  last_connected_at: '2026-02-03T04:05:06.789Z',
  last_seen_at: '2026-02-03T04:05:06.789Z',
  message_count: 7,
  last_close: {
    reason: 'banned',
    code: 402,
    at: '2026-02-03T04:05:06.789Z',
    detail: 'Your account is restricted',
    ban_code: 101,
    expires_at: '2026-02-04T04:05:06.789Z',
  },
  fenced: { reason: 'copy', at: '2026-02-03T04:05:06.789Z' },
};

const recordOfNewborn = {
  id: 'my-phone',
  name: null,
  status: 'disconnected',
  is_logged_in: false,
  paired: false,
  phone_number: null,
  push_name: null,
  whatsapp_jid: null,
  lid: null,
  platform: null,
  created_at: '2026-01-02T03:04:05.678Z',
  updated_at: '2026-01-02T03:04:05.678Z',
  last_connected_at: null,
  last_seen_at: null,
  message_count: 0,
  last_close: null,
};

const engineRecord = {
  name: 'baileys',
  version: '7',
  whatsapp_version: '2.3000.1',
  whatsapp_version_source: 'bundled',
  whatsapp_version_fetched_at: null,
  uptime_seconds: 1.5,
  rss_bytes: 9,
};

describe('a session record', () => {
  it('of a paired session', () => {
    expect(json(sessionRecord(grown))).toBe(json(recordOfGrown));
  });

  it('of a new session has null where nothing is known', () => {
    expect(json(sessionRecord(newborn))).toBe(json(recordOfNewborn));
  });

  it('is logged in only with that status', () => {
    expect(sessionRecord({ ...grown, status: 'connected' }).is_logged_in).toBe(false);
    expect(sessionRecord({ ...grown, status: 'logged_in' }).is_logged_in).toBe(true);
  });
});

describe('a session that a process holds', () => {
  const held = { ...heldNow, id: grown.id };
  it('was last seen when that process last heard from WhatsApp', () => {
    const later = new Date('2026-02-03T05:00:00.000Z');
    expect(withHeld(grown, { ...held, lastHeardAt: later }).lastSeenAt).toEqual(later);
  });
  it('was last seen when the record says so, if that is later or nothing was heard', () => {
    const earlier = new Date('2026-01-03T05:00:00.000Z');
    expect(withHeld(grown, { ...held, lastHeardAt: earlier }).lastSeenAt).toEqual(grown.lastSeenAt);
    expect(withHeld(grown, held).lastSeenAt).toEqual(grown.lastSeenAt);
  });
});

describe('the whole record', () => {
  it('of a paired session', () => {
    expect(json(wholeRecord(grown, engine))).toBe(
      json({
        ...recordOfGrown,
        config: {
          webhook: {
            url: 'https://example.com/hook',
            events: ['message'],
            has_secret: true,
            header_names: [],
            via_proxy: false,
          },
          webhooks: [
            {
              name: 'default',
              url: 'https://example.com/hook',
              events: ['message'],
              has_secret: true,
              header_names: [],
              via_proxy: false,
            },
            {
              name: 'crm',
              url: 'https://crm.example.com/hook?***',
              events: ['session.qr'],
              has_secret: true,
              header_names: ['x-api-key'],
              via_proxy: true,
            },
          ],
          proxy: 'socks5://ada:***@proxy:1080',
          endpoint: 'ws://127.0.0.1:4000/',
          wants_online: true,
        },
        me: { id: '15551234567:12@s.whatsapp.net', push_name: 'Ada', lid: '987654321:12@lid' },
        engine: engineRecord,
        holder: null,
        last_message_at: null,
        last_heard_at: null,
        unconfirmed: false,
        qr: null,
      }),
    );
  });

  it('of a new session', () => {
    expect(json(wholeRecord(newborn, engine))).toBe(
      json({
        ...recordOfNewborn,
        config: { webhook: null, webhooks: [], proxy: null, endpoint: null, wants_online: false },
        me: null,
        engine: engineRecord,
        holder: null,
        last_message_at: null,
        last_heard_at: null,
        unconfirmed: false,
        qr: null,
      }),
    );
  });

  it.each(['hunter2', 'whsec_', 'c2VjcmV0', 'c0ffee', 'hunter3', 'hunter4', 'another secret'])(
    'has no secret in it (%#)',
    (secret) => {
      expect(json(grown)).toContain(secret);
      expect(json(wholeRecord(grown, engine))).not.toContain(secret);
    },
  );
});
