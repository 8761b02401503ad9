import { expect, it } from 'vitest';
import { CredentialsError, checkKey } from '../../src/transfer/check-credentials.ts';
import { keyFromBytes } from '../../src/credentials/credential-bytes.ts';

const type = 'app-state-sync-key';
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const marked = { type: 'Buffer', data: 'AAAA' };

it.each<[unknown]>([
  [{ keyData: 'AAAA' }],
  [{ keyData: marked, timestamp: '1700000000' }],
  [{ keyData: 'AA==', timestamp: 1_700_000_000, fingerprint: { rawId: 1, deviceIndexes: [0] } }],
  [{ keyData: 'AA==', timestamp: { low: 1, high: 0, unsigned: false }, fingerprint: {} }],
])('a key of the app state is taken when Baileys can read it: %j', (value) => {
  checkKey(type, 'a', bytes(value));
  keyFromBytes(type, bytes(value));
});

it.each<[unknown]>([
  [5],
  [{}],
  [{ keyData: '%' }],
  [{ keyData: 'A' }],
  [{ keyData: 'AAAA', timestamp: '1-1' }],
  [{ keyData: 'AAAA', timestamp: {} }],
  [{ keyData: 'AAAA', fingerprint: 'x' }],
  [{ keyData: 'AAAA', fingerprint: { deviceIndexes: 'x' } }],
])('and refused when it cannot: %j', (value) => {
  expect(() => checkKey(type, 'a', bytes(value))).toThrow(CredentialsError);
});
