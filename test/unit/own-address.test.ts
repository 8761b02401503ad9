import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ownAddressTowards } from '../../src/store/postgres/own-address.ts';

const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal, address }) => !internal && !address.startsWith('fe80'));

describe('the address of this machine on the network of a server', () => {
  it.each(['127.0.0.1', '::1', 'localhost', '/run/postgresql', 'nowhere.invalid'])(
    'of %s is none',
    async (server) => {
      expect(await ownAddressTowards(server)).toBeNull();
    },
  );

  it('is the one that the server would see', async () => {
    const seen = await Promise.all(own.map(({ address }) => ownAddressTowards(address)));
    expect(seen).toEqual(own.map(({ address }) => address));
  });
});
