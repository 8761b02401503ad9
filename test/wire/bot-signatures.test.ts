import * as baileys from '@whiskeysockets/baileys';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { strictSignatures } from '../../src/bots/strict-signatures.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { connectBaileys, disconnect, memoryAuthState, nextQr } from '../support/sandbox-baileys.ts';

// In this order: what strictSignatures changes stays changed in its process.

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

/** "accepted", or why the connection ended. */
async function outcome(): Promise<string> {
  const socket = connectBaileys(sandbox.endpoint, memoryAuthState());
  const refused = new Promise<string>((resolve) => {
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection === 'close') resolve(lastDisconnect?.error?.message ?? 'closed');
    });
  });
  const result = await Promise.race([nextQr(socket).then(() => 'accepted'), refused]);
  disconnect(socket);
  return result;
}

it('stock Baileys accepts any root, and certificates that nobody has signed', async () => {
  expect(await outcome()).toBe('accepted');
  sandbox.fault({ kind: 'forged_root' });
  expect(await outcome()).toBe('accepted');
  sandbox.fault({ kind: 'forged_leaf' });
  expect(await outcome()).toBe('accepted');
});

it("strict, it accepts none but WhatsApp's", async () => {
  strictSignatures(baileys);
  expect(await outcome()).toContain('the root has not signed the intermediate certificate');
});

it('strict, with the root of a sandbox: that one alone, and nothing forged', async () => {
  strictSignatures(baileys, { rootKey: sandbox.rootKey });
  expect(await outcome()).toBe('accepted');
  sandbox.fault({ kind: 'forged_root' });
  expect(await outcome()).toContain('the root has not signed the intermediate certificate');
  sandbox.fault({ kind: 'forged_leaf' });
  expect(await outcome()).toContain('the intermediate has not signed the leaf certificate');
  expect(await outcome()).toBe('accepted');
});

it('strict, a signature of a key is looked at', () => {
  const pair = baileys.Curve.generateKeyPair();
  const message = Buffer.from('message');
  const signature = baileys.Curve.sign(pair.private, message);
  expect(baileys.Curve.verify(pair.public, message, signature)).toBe(true);
  expect(baileys.Curve.verify(pair.public, Buffer.from('another'), signature)).toBe(false);
});
