import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { server, stanza } from '../../src/sandbox/stanza.ts';
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

const pair = async (): Promise<void> => {
  sandbox.scan(await companion.firstQr());
  await companion.signDevice();
  await companion.closed;
};

describe('a correct companion', () => {
  it('is linked, restarted with 515, and logged in', async () => {
    sandbox.scan(await companion.firstQr());
    await companion.signDevice();
    expect(await companion.next()).toMatchObject({ tag: 'stream:error', attrs: { code: '515' } });
    await companion.closed;
    await companion.logIn('15550100001', 1);
    expect(await companion.next()).toMatchObject({
      tag: 'success',
      attrs: { lid: sandbox.device('15550100001:1')?.lid },
    });
  });
});

describe('a companion that registers with', () => {
  it.each([
    ['a signature of another key', { eSkeySig: randomBytes(64) }],
    ['a short signature', { eSkeySig: Buffer.alloc(63) }],
    ['another key type', { eKeytype: Buffer.of(6) }],
    ['another build hash', { buildHash: randomBytes(16) }],
    ['a short identity', { eIdent: Buffer.alloc(31) }],
    ['a short registration id', { eRegid: Buffer.alloc(3) }],
    ['a short signed pre-key id', { eSkeyId: Buffer.alloc(2) }],
  ])('%s is refused', async (_what, overrides) => {
    await companion.connect(companion.registration(overrides));
    expect(await companion.next()).toMatchObject({ tag: 'failure', attrs: { reason: '400' } });
    await companion.closed;
  });
});

describe('a companion that answers pair-success with', () => {
  it.each([
    ['a signature of nothing', () => ({ signature: randomBytes(64) })],
    ['other details', () => ({ details: randomBytes(20) })],
    ['another key index', () => ({ keyIndex: '2' })],
  ])('%s is not linked', async (_what, change) => {
    sandbox.scan(await companion.firstQr());
    await companion.signDevice(change);
    expect((await companion.next()).tag).toBe('xmlstreamend');
    await companion.closed;
    expect(sandbox.devices).toEqual([]);
  });
});

describe('the QR', () => {
  it('must carry the keys of the waiting companion', async () => {
    const [ref = '', noiseKey, identity, secret] = (await companion.firstQr()).split(',');
    const other = randomBytes(32).toString('base64');
    expect(() => sandbox.scan([ref, other, identity, secret].join(','))).toThrow('not those of the device');
    expect(() => sandbox.scan([ref, noiseKey, other, secret].join(','))).toThrow('not those of the device');
    const address = 'https://wa.me/settings/linked_devices#';
    expect(sandbox.scan(`${address}${[ref, noiseKey, identity, secret].join(',')},1`).jid).toBe(
      '15550100001:1@s.whatsapp.net',
    );
  });
});

describe('a linked device', () => {
  beforeEach(pair);

  it.each([
    ['the number without a device', '15550100001', 0],
    ['a device that is not linked', '15550100001', 2],
    ['a phone that does not exist', '15550100002', 1],
  ])('is refused as %s', async (_what, phone, device) => {
    await companion.logIn(phone, device);
    expect(await companion.next()).toMatchObject({ tag: 'failure', attrs: { reason: '401' } });
  });

  it('may not upload keys that it did not sign', async () => {
    await companion.logIn('15550100001', 1);
    await companion.next();
    const keys = [
      stanza('key', {}, [stanza('id', {}, Buffer.of(0, 0, 1)), stanza('value', {}, randomBytes(32))]),
    ];
    const skey = [
      stanza('id', {}, Buffer.of(0, 0, 1)),
      stanza('value', {}, companion.preKey.publicKey),
      stanza('signature', {}, randomBytes(64)),
    ];
    companion.send(
      stanza('iq', { to: server, type: 'set', xmlns: 'encrypt', id: '1' }, [
        stanza('registration', {}, Buffer.of(0, 0, 0, 7)),
        stanza('type', {}, Buffer.of(5)),
        stanza('identity', {}, companion.identity.publicKey),
        stanza('list', {}, keys),
        stanza('skey', {}, skey),
      ]),
    );
    expect(await companion.next()).toMatchObject({ tag: 'iq', attrs: { id: '1', type: 'error' } });
    expect(sandbox.device('15550100001:1')?.preKeyCount).toBe(0);
  });

  it('may not unlink another device', async () => {
    await companion.logIn('15550100001', 1);
    await companion.next();
    companion.send(
      stanza('iq', { to: server, type: 'set', xmlns: 'md', id: '1' }, [
        stanza('remove-companion-device', { jid: '15550100009:1@s.whatsapp.net' }),
      ]),
    );
    expect(await companion.next()).toMatchObject({ tag: 'iq', attrs: { id: '1', type: 'error' } });
    expect(sandbox.devices).toHaveLength(1);
  });

  it('is cut off when it sends undecryptable bytes', async () => {
    await companion.logIn('15550100001', 1);
    await companion.next();
    const refused = sandbox.waitFor('refused');
    companion.sendRaw(randomBytes(40));
    expect(await refused).toMatchObject({ code: null });
    await companion.closed;
  });

  it('gets its backlog at once when it does not log in passively', async () => {
    await companion.logIn('15550100001', 1, false);
    expect((await companion.next()).tag).toBe('success');
    expect((await companion.next()).tag).toBe('ib');
    expect(sandbox.device('15550100001:1')?.online).toBe(true);
  });
});
