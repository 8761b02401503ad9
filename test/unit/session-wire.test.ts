import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { archivedSession } from '../../src/schema/archive-record.ts';
import { archivedSessionOf, archivedSessionSchema } from '../../src/schema/archive-schema.ts';
import { eventLine } from '../../src/schema/event-line.ts';
import { parseEventLine } from '../../src/schema/event-schema.ts';
import * as fields from '../../src/schema/field-schemas.ts';
import { heldRecord } from '../../src/schema/held-record.ts';
import { heldOf, holderSchema, processSchema } from '../../src/schema/held-schema.ts';
import { parseBySchema } from '../../src/schema/parse-by-schema.ts';
import { sessionOf, sessionSchema } from '../../src/schema/session-schema.ts';
import { hiddenSecret, wholeSessionOf, wholeSessionSchema } from '../../src/schema/whole-session-schema.ts';
import { liveStatusOf, statusSchema } from '../../src/schema/status-schema.ts';
import { engineRecord, sessionRecord, wholeRecord } from '../../src/schema/session-record.ts';
import { liveStatusDocument } from '../../src/schema/status-document.ts';
import { changed, grown, newborn, someEngine } from '../support/fake-session.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import { eventsOfHeld } from '../../src/domain/held.ts';
import type { Held, HolderEvent, LiveStatus } from '../../src/domain/held.ts';

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** As another process reads it. */
const readHeld = (held: Held): Held | null => {
  const answer = overTheWire({ held: heldRecord(held), engine: null });
  const read = parseBySchema(holderSchema, answer).held;
  return read && heldOf(read);
};
const readStatus = (document: unknown) =>
  liveStatusOf(parseBySchema(statusSchema, overTheWire(document)), grown);
const readWhole = (record: unknown) => wholeSessionOf(parseBySchema(wholeSessionSchema, overTheWire(record)));
const someWebhook = { url: 'https://example.com/', events: [], secret: 'whsec_x', viaProxy: false };
const later = new Date('2026-02-03T04:06:06.789Z');
const lost = { reason: 'connection_lost', code: 428, at: changed } as const;

const held: Held = {
  id: 'my-phone',
  pid: 4711,
  since: changed,
  stays: true,
  status: 'waiting_for_qr',
  close: lost,
  retryAt: later,
  qr: { payload: '2@abc', seq: 3, expiresAt: later, rescan: false },
  pairCode: { code: 'ABCDEFGH', phone: '15551234567', seq: 1, expiresAt: later },
  passkey: { options: '{"challenge":"AAAA"}', expiresAt: later, handoffUntil: later },
  passkeyCode: { code: '5GVKQGZY', needsConfirmation: true },
};

describe('a session over the wire', () => {
  it('comes back whole but for its secrets', () => {
    expect(readWhole(wholeRecord(grown, someEngine))).toEqual({
      ...grown,
      webhook: { ...grown.webhook, secret: hiddenSecret },
      otherWebhooks: [
        {
          ...grown.otherWebhooks[0],
          url: 'https://crm.example.com/hook?***',
          secret: hiddenSecret,
          headers: { 'x-api-key': '***' },
        },
      ],
      proxy: 'socks5://ada:***@proxy:1080',
      endpoint: { url: 'ws://127.0.0.1:4000/', rootKey: '' },
      retries: 0,
    });
    expect(readWhole(wholeRecord(newborn, someEngine))).toEqual(newborn);
  });

  it('comes back from a file of sessions with all its secrets', () => {
    const webhook = { ...someWebhook, headers: { 'x-key': 'hunter2' } };
    const whole = { session: { ...grown, webhook }, credentials: null };
    const written = overTheWire(archivedSession(whole));
    expect(archivedSessionOf(parseBySchema(archivedSessionSchema, written))).toEqual(whole);
  });

  it('comes back from a list without its settings', () => {
    const session = sessionOf(parseBySchema(sessionSchema, overTheWire(sessionRecord(grown))));
    expect(session).toMatchObject({ id: grown.id, whatsappJid: '15551234567@s.whatsapp.net', webhook: null });
  });

  it('has the live status from its holder', () => {
    const record = wholeRecord(grown, someEngine, held);
    expect(record).toMatchObject({ status: 'waiting_for_qr', is_logged_in: false });
    expect(wholeRecord(grown, someEngine, { ...held, lastHeardAt: later })).toMatchObject({
      last_message_at: null,
      last_heard_at: later.toISOString(),
    });
    expect(record.holder).toEqual({ pid: 4711, since: changed.toISOString(), stays: true });
    expect(JSON.stringify(record)).not.toContain('2@abc');
  });
});

describe('who holds it', () => {
  it('comes back whole', () => {
    expect(readHeld(held)).toEqual(held);
    const heard = { ...held, lastMessageAt: changed, lastHeardAt: later };
    expect(readHeld(heard)).toEqual(heard);
    const quiet = {
      ...held,
      close: null,
      retryAt: null,
      qr: null,
      pairCode: null,
      passkey: null,
      passkeyCode: null,
    };
    expect(readHeld(quiet)).toEqual(quiet);
  });

  it('becomes events for a late follower', () => {
    expect(eventsOfHeld(held, changed)).toEqual([
      { kind: 'status', status: 'waiting_for_qr', close: lost, retryInMs: 60_000 },
      { kind: 'qr', payload: '2@abc', seq: 3, expiresAt: later, rescan: false },
      { kind: 'pair_code', code: 'ABCDEFGH', phone: '15551234567', seq: 1, expiresAt: later },
      { kind: 'passkey', options: '{"challenge":"AAAA"}', expiresAt: later, handoffUntil: later },
      { kind: 'passkey_code', code: '5GVKQGZY', needsConfirmation: true },
    ]);
  });
});

describe('an event over the wire', () => {
  const events: readonly HolderEvent[] = [
    { kind: 'status', status: 'logged_in', close: null, retryInMs: null },
    { kind: 'status', status: 'connecting', close: lost, retryInMs: 1500 },
    { kind: 'qr', payload: '2@abc', seq: 1, expiresAt: later, rescan: false },
    { kind: 'pair_code', code: 'ABCDEFGH', phone: '15551234567', seq: 1, expiresAt: later },
    { kind: 'wrong_code' },
    { kind: 'passkey', options: '{"challenge":"AAAA"}', expiresAt: later, handoffUntil: later },
    { kind: 'passkey_code', code: '5GVKQGZY', needsConfirmation: true },
    { kind: 'message', message: { id: 'M', from: '1@s', pushName: null, at: later, text: 'hi' } },
    { kind: 'push_name', pushName: 'Ada' },
  ];

  it.each(events)('$kind comes back whole', (event) => {
    expect(parseEventLine(overTheWire(eventLine('my-phone', event, changed)))).toEqual(event);
  });

  it('says how long a QR is valid, and shows it where it was drawn', () => {
    const qr = { kind: 'qr', payload: '2@abc', seq: 1, expiresAt: later, rescan: false } as const;
    expect(eventLine('my-phone', qr, changed, 'data:')).toEqual({
      event: 'qr',
      id: 'my-phone',
      seq: 1,
      qr: '2@abc',
      qr_code: 'data:',
      rescan: false,
      timeout_seconds: 60,
      expires_at: later.toISOString(),
      status: 'waiting_for_qr',
    });
  });

  it('is undefined when it is unknown', () => {
    expect(parseEventLine({ event: 'released', id: 'my-phone' })).toBeUndefined();
  });
});

describe('the text of a QR code from a server', () => {
  it.each([
    ['too long for a phone to scan', 'x'.repeat(1_001)],
    ['with an escape sequence', '2@abc\u001b[2J'],
    ['with a line end', '2@abc\n'],
    ['empty', ''],
  ])('%s is refused', (_, payload) => {
    const qr = { payload, seq: 1, expiresAt: later, rescan: false };
    expect(() => parseEventLine(eventLine('a', { kind: 'qr', ...qr }, changed))).toThrow(UsageError);
    expect(() => readHeld({ ...held, qr })).toThrow(UsageError);
  });
});

describe('a status document over the wire', () => {
  const business = {
    businessHoursTimezone: 'Europe/Prague',
    categories: [{ id: '1', name: 'Finance' }],
    profileOptions: { bot_fields: '', cart_enabled: 'true' },
    email: 'a@example.com',
  };
  const live: LiveStatus = {
    session: grown,
    status: 'logged_in',
    close: null,
    profile: { ...someProfile, about: 'hi', businessProfile: business },
    asOf: later,
  };

  it('comes back whole', () => {
    expect(readStatus(liveStatusDocument(live))).toEqual(live);
  });

  it('comes back when it is offline', () => {
    const offline = { ...live, status: 'disconnected', close: lost, profile: null } as const;
    expect(readStatus(liveStatusDocument(offline))).toEqual(offline);
  });

  it.each([live, { ...live, status: 'connected', close: lost, profile: null } as const])(
    'ends with when something last came in, where that is known ($status)',
    (answer) => {
      const heard = { ...answer, lastMessageAt: changed, lastHeardAt: later };
      const document = liveStatusDocument(heard);
      expect(Object.keys(document).slice(-2)).toEqual(['last_message_at', 'last_heard_at']);
      expect(readStatus(document)).toEqual(heard);
    },
  );
});

describe('fields from elsewhere', () => {
  const { object, requestBody } = fields;
  it.each<[value: unknown, schema: Parameters<typeof parseBySchema>[0], message: string, hint?: string]>([
    [{ a: 1, d: 1 }, requestBody({ a: fields.count, b: fields.text }), 'unknown field "d"', 'allowed: a, b'],
    [{ d: 1 }, requestBody({}), 'unknown field "d"', 'no fields are allowed here'],
    [{ a: 1 }, object({ a: fields.text }), '"a" must be text'],
    [{}, object({ z: fields.text }), '"z" is missing; it must be text'],
    [{}, object({ z: object({ a: fields.text }) }), '"z" is missing; it must be a JSON object'],
    [{ b: 'x' }, object({ b: fields.number }), '"b" must be a number'],
    [{ b: 1e999 }, object({ b: fields.number }), '"b" must be a number'],
    [{ b: -1 }, object({ b: fields.count }), '"b" must be a whole number, 0 or more'],
    [{ b: 2 ** 60 }, object({ b: fields.count }), '"b" must be a whole number, 0 or more'],
    [{ b: 'x' }, object({ b: fields.flag }), '"b" must be true or false'],
    [{ b: 'x' }, object({ b: fields.time }), '"b" must be a time in ISO 8601'],
    [{ b: 'x' }, object({ b: fields.oneOf(['y', 'z']) }), '"b" must be one of y, z'],
    [{ b: 'x' }, object({ b: fields.word('y') }), '"b" must be y'],
    [{ b: 'x' }, object({ b: fields.list(fields.text) }), '"b" must be a list'],
    [{ b: ['x', 1] }, object({ b: fields.list(fields.text) }), '"b.1" must be text'],
    [{ d: { e: true } }, object({ d: object({ e: fields.text }) }), '"d.e" must be text'],
    [{ a: 1 }, object({ a: object({}) }), '"a" must be a JSON object'],
    [{ a: [] }, object({ a: object({}) }), '"a" must be a JSON object'],
    [{ a: [] }, object({ a: fields.byName(fields.text) }), '"a" must be a JSON object'],
    [{ a: { b: 1 } }, object({ a: fields.byName(fields.text) }), '"a.b" must be text'],
    [[], object({}), 'the document must be a JSON object'],
    [null, object({}), 'the document must be a JSON object'],
  ])('%j is refused by name', (value, schema, message, hint) => {
    const read = () => parseBySchema(schema, value);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(expect.objectContaining({ message, hint }));
  });

  it('are passed over when they are unknown, but for a request', () => {
    expect(parseBySchema(object({ a: fields.text }), { a: 'x', b: 1 })).toEqual({ a: 'x' });
  });

  it('may have the name of a property that every object has', () => {
    const held = { constructor: 'logged_in', prototype: 'failed' };
    const answer = { pid: 1, engine: engineRecord(someEngine), held };
    expect(Object.entries(parseBySchema(processSchema, overTheWire(answer)).held)).toEqual(
      Object.entries(held),
    );
  });
});
