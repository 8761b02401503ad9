// Imported first, as in the program: Baileys takes the limited functions when it is loaded.
import '../../src/whatsapp/create-whatsapp.ts';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { encodeStanza, server, stanza } from '../../src/sandbox/stanza.ts';
import { startEngine, takeEngineErrors } from '../support/engine.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const jid = '15550100001:1@s.whatsapp.net';

describe('a hostile server', () => {
  it('cannot fill the memory with a small frame', async () => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    const { until, connection } = engine.connect({ kind: 'login' });
    await until('logged_in');
    const before = process.memoryUsage.rss();
    const bomb = Buffer.concat([Buffer.of(2), deflateSync(Buffer.alloc(256 * 1024 * 1024), { level: 1 })]);
    for (let times = 0; times < 4; times++) sandbox.connections[0]?.sendPlaintext(bomb);
    sandbox.sendText(jid, 'afterwards');
    expect((await until('message')).message.text).toBe('afterwards');
    expect(process.memoryUsage.rss() - before).toBeLessThan(512 * 1024 * 1024);
    // The engine may report the four together, but must report the failure.
    expect(takeEngineErrors().length).toBeGreaterThan(0);
    await connection.close();
  });

  it.each([{}, { name: 'unheard of' }])('cannot make a session deaf by a sync of %j', async (attributes) => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    const { until, connection } = engine.connect({ kind: 'login' });
    await until('logged_in');
    const sync = { from: server, type: 'server_sync', id: 'F2', t: '1767225600' };
    const notification = stanza('notification', sync, [stanza('collection', attributes)]);
    sandbox.connections[0]?.sendPlaintext(encodeStanza(notification));
    const contact = '15550109999@s.whatsapp.net';
    const enc = stanza('enc', { v: '2', type: 'skmsg' }, Buffer.alloc(90, 7));
    const message = stanza('message', { from: contact, participant: contact, id: 'F1', t: '1767225600' }, [
      enc,
    ]);
    sandbox.connections[0]?.sendPlaintext(encodeStanza(message));
    sandbox.sendText(jid, 'afterwards');
    expect((await until('message')).message.text).toBe('afterwards');
    await connection.close();
  });

  it.each([
    ['that is too long', ['x'.repeat(3_000)]],
    ['with an escape sequence', ['2@abc\x1b]0;title\x07']],
    ['of bytes that are no text', [Buffer.of(0xff, 0xfe, 0, 1)]],
    ['that is empty', ['']],
    ['and another that is too long', ['2@abc', 'x'.repeat(3_000)]],
    ['not at all', []],
  ])('cannot make wactl draw a QR of a ref %s', async (_, texts) => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'stall_pair_device' });
    const stalled = sandbox.waitFor('fault');
    const { until, events, closed } = engine.connect({ kind: 'pair_by_qr' });
    await Promise.all([until('connected'), stalled]);
    const refs = texts.map((text) => stanza('ref', {}, text));
    const attributes = { from: server, type: 'set', id: '1', xmlns: 'md' };
    const offer = stanza('iq', attributes, [stanza('pair-device', {}, refs)]);
    sandbox.connections[0]?.sendPlaintext(encodeStanza(offer));
    expect(await closed).toMatchObject({ reason: 'pairing_refused' });
    expect(events.map(({ kind }) => kind)).toEqual(['connected']);
  });
});
