import { initAuthCreds, proto } from '@whiskeysockets/baileys';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toBytes } from '../../src/credentials/credential-bytes.ts';
import { makeFirstPreKeys } from '../../src/whatsapp/pre-keys.ts';
import { rehearseLogin } from '../../src/whatsapp/rehearsal.ts';

const decode = vi.spyOn(proto.Message, 'decode');

afterEach(() => decode.mockClear());

const prepared = async () => {
  const creds = initAuthCreds();
  return { creds, preKeys: await makeFirstPreKeys(creds, new AbortController().signal) };
};

describe('rehearseLogin', () => {
  it('gets as far as the content of a first message, and leaves the credentials as they were', async () => {
    const { creds, preKeys } = await prepared();
    const before = toBytes(creds);
    await rehearseLogin(creds, preKeys, () => false);
    expect(decode.mock.results.map(({ value }) => value as unknown)).toMatchObject([
      { protocolMessage: { appStateSyncKeyShare: { keys: [] } } },
    ]);
    expect(toBytes(creds)).toEqual(before);
  });

  it('stops between two steps once the phone has scanned', async () => {
    const { creds, preKeys } = await prepared();
    let steps = 0;
    await rehearseLogin(creds, preKeys, () => ++steps > 3);
    expect(steps).toBe(4);
    expect(decode).not.toHaveBeenCalled();
  });
});
