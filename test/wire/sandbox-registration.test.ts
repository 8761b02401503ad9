import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { server, stanza } from '../../src/sandbox/stanza.ts';
import type { Stanza } from '../../src/sandbox/stanza.ts';
import { RawCompanion } from '../support/sandbox-companion.ts';

let sandbox: Sandbox;
let companion: RawCompanion;

beforeEach(async () => {
  sandbox = await startSandbox();
  companion = new RawCompanion(sandbox.endpoint);
});

afterEach(async () => {
  companion.close();
  await sandbox.close();
});

const withNewSecret = (qr: string): string => {
  const [ref = '', noiseKey = '', identity = ''] = qr.split(',');
  companion.advSecret = randomBytes(32);
  return [ref, noiseKey, identity, companion.advSecret.toString('base64'), '1'].join(',');
};

const ackOf = ({ attrs }: Stanza, changes: Record<string, string> = {}): Stanza =>
  stanza('ack', { class: 'notification', type: attrs['type'], id: attrs['id'], to: server, ...changes });

/** A companion that was asked for a new secret after its first scan. */
async function asked(): Promise<{ qr: string; notification: Stanza }> {
  sandbox.fault({ kind: 'reg_refresh' });
  const qr = await companion.firstQr();
  expect(() => sandbox.scan(qr)).toThrow('could not be linked');
  return { qr, notification: await companion.next() };
}

describe('a companion that is asked for a new secret', () => {
  it('is linked when it acknowledges the request and shows a new QR', async () => {
    const { qr, notification } = await asked();
    expect(notification).toMatchObject({ tag: 'notification', attrs: { type: 'companion_reg_refresh' } });
    companion.send(ackOf(notification));
    expect(() => sandbox.scan(qr)).toThrow('this QR code was replaced');
    sandbox.scan(withNewSecret(qr));
    await companion.signDevice();
    expect(await companion.next()).toMatchObject({ tag: 'stream:error', attrs: { code: '515' } });
    expect(sandbox.devices).toHaveLength(1);
  });

  it('is not linked when it never acknowledged the request', async () => {
    const { qr } = await asked();
    const refused = sandbox.waitFor('refused');
    sandbox.scan(withNewSecret(qr));
    await companion.signDevice();
    expect((await refused).reason).toMatch(/did not acknowledge the notification companion_reg_refresh/);
    expect(sandbox.devices).toEqual([]);
  });

  it.each([{ class: 'receipt' }, { type: 'text' }, { id: 'other' }, { to: '15550100001@s.whatsapp.net' }])(
    'is refused when its ack has %o',
    async (changes) => {
      const { notification } = await asked();
      companion.send(ackOf(notification, changes));
      expect((await companion.next()).tag).toBe('xmlstreamend');
    },
  );
});

describe('a companion that gets new refs', () => {
  it('is not linked when it did not answer them', async () => {
    sandbox.fault({ kind: 'second_pair_device' });
    const old = await companion.firstQr();
    const second = await companion.next();
    const [ref] = Array.isArray(second.content) ? second.content : [];
    const refused = sandbox.waitFor('refused');
    const refs = Array.isArray(ref?.content) ? ref.content : [];
    const newRef = Buffer.from(refs[0]?.content as Uint8Array).toString();
    sandbox.scan([newRef, ...old.split(',').slice(1)].join(','));
    await companion.signDevice();
    expect((await refused).reason).toBe('the companion did not answer the second pair-device');
  });
});
