import { proto } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { HistorySync } from '../../src/sandbox/chat-messages.ts';
import { ClientPayload, DeviceIdentity, HandshakeMessage } from '../../src/sandbox/messages.ts';
import { message } from '../../src/sandbox/protobuf.ts';
import { child, decodeStanza, encodeStanza, server, stanza, textOf } from '../../src/sandbox/stanza.ts';

describe('protobuf', () => {
  it('reads what WhatsApp’s own description writes, and skips what it does not know', () => {
    const bytes = proto.ClientPayload.encode({
      username: 15_550_100_001,
      device: 12,
      passive: true,
      sessionId: -5,
      userAgent: {
        platform: 14,
        appVersion: { primary: 2, secondary: 3000, tertiary: 1_023_223_821 },
        mcc: '000',
      },
      dnsSource: { appCached: true },
      shards: [1, 2],
      pull: false,
    }).finish();
    expect(ClientPayload.decode(bytes)).toEqual({
      username: 15_550_100_001,
      device: 12,
      passive: true,
      userAgent: { platform: 14, appVersion: { primary: 2, secondary: 3000, tertiary: 1_023_223_821 } },
      pull: false,
    });
  });

  it('writes what it reads', () => {
    const identity = { rawId: 4_294_967_295, timestamp: 1_700_000_000, keyIndex: 0, accountType: 0 };
    expect(proto.ADVDeviceIdentity.decode(DeviceIdentity.encode(identity))).toMatchObject({
      rawId: 4_294_967_295,
      keyIndex: 0,
      accountType: 0,
    });
    const history = { syncType: 4, pushnames: [{ id: 'a', pushname: 'Á' }, { id: 'b' }], progress: 100 };
    expect(HistorySync.decode(HistorySync.encode(history))).toEqual(history);
    expect(proto.HistorySync.decode(HistorySync.encode(history)).toJSON()).toMatchObject({
      syncType: 'PUSH_NAME',
      pushnames: [{ id: 'a', pushname: 'Á' }, { id: 'b' }],
    });
  });

  it.each([
    ['a message that is cut short', Buffer.from('1208ff', 'hex')],
    ['a number without an end', Buffer.alloc(12, 0xff)],
    ['a type that does not exist', Buffer.of(0x0f)],
    ['a number that is missing', Buffer.of(0x08)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => HandshakeMessage.decode(bytes)).toThrow(RangeError);
  });

  it('keeps numbers up to 2^53', () => {
    const Wide = message({ value: [1, 'uint'] });
    for (const value of [0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER])
      expect(Wide.decode(Wide.encode({ value }))).toEqual({ value });
  });
});

describe('stanzas', () => {
  it('survive the wire', () => {
    const text = 'kto_je:to@example.com';
    const sent = stanza('iq', { from: server, id: '7', gone: undefined }, [stanza('about', {}, text)]);
    const read = decodeStanza(encodeStanza(sent));
    expect(read.attrs).toEqual({ from: '@s.whatsapp.net', id: '7' });
    expect(textOf(child(read, 'about'))).toBe(text);
  });
});
