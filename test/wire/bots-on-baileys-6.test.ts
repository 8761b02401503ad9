import * as baileys from 'baileys-6';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { strictSignatures } from '../../src/bots/strict-signatures.ts';
import { BotWorld } from '../support/bot-world.ts';
import { opened } from '../support/sandbox-baileys.ts';
import type makeWASocket from '@whiskeysockets/baileys';

/** Stock Baileys 6.7: the program's code is the same. */
const make = baileys.makeWASocket as unknown as typeof makeWASocket;

let world: BotWorld;
beforeEach(async () => {
  world = await BotWorld.make();
});
afterEach(() => world.remove());

it('Baileys 6.7 logs in, reads and answers, and goes on as the same device after each start', async () => {
  strictSignatures(baileys, { rootKey: world.sandbox.rootKey });
  const read = new Set<string>();
  const unread: string[] = [];
  world.sandbox.events.on((event) => {
    if (event.kind === 'text_read') read.add(event.text);
    if (event.kind === 'text_unread') unread.push(event.reason);
  });
  // 6.7 takes what comes right after the login for a part of the handshake, more often when the process is warm.
  for (const start of ['first', 'second', 'third']) {
    const session = await world.hold();
    const sock = world.watched(session, make);
    sock.ev.on('messages.upsert', ({ messages }) => {
      for (const { key, message } of messages)
        if (message?.conversation && key.remoteJid)
          void sock.sendMessage(key.remoteJid, { text: `re ${message.conversation}` });
    });
    await opened(sock);
    world.sandbox.sendText(world.jid, start);
    await vi.waitFor(() => expect([...read]).toContain(`re ${start}`), { timeout: 20_000 });
    await world.sandbox.until(() => world.sandbox.device(world.jid)?.undelivered.length === 0);
    await session.close();
  }
  expect(unread).toEqual([]);
  expect(world.sandbox.devices).toHaveLength(1);
  expect(world.sandbox.device(world.jid)).toMatchObject({ maxConnections: 1, preKeyUploads: 1 });
});

it('strict, Baileys 6.7 refuses a forged root', async () => {
  strictSignatures(baileys, { rootKey: world.sandbox.rootKey });
  world.sandbox.fault({ kind: 'forged_root' });
  const session = await world.hold();
  await expect(opened(world.watched(session, make))).rejects.toThrow(
    'the root has not signed the intermediate certificate',
  );
});
