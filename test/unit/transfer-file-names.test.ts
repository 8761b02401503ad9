import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOfKey, keyOfFile } from '../../src/transfer/baileys-file-names.ts';

describe('the file of a key in a folder of Baileys', () => {
  it.each([
    ['pre-key', '812', 'pre-key-812.json'],
    ['session', '15551234567.0', 'session-15551234567.0.json'],
    ['session', '987654321_1.12', 'session-987654321_1.12.json'],
    ['sender-key', '1203630@g.us::987_1::3', 'sender-key-1203630@g.us--987_1--3.json'],
    ['sender-key', '4915-16@g.us::987_1::3', 'sender-key-4915-16@g.us--987_1--3.json'],
    ['sender-key', 'status@broadcast::987::0', 'sender-key-status@broadcast--987--0.json'],
    ['sender-key-memory', '4915-16@g.us', 'sender-key-memory-4915-16@g.us.json'],
    ['app-state-sync-key', 'AAAA/w+/', 'app-state-sync-key-AAAA__w+__.json'],
    ['app-state-sync-version', 'critical_unblock_low', 'app-state-sync-version-critical_unblock_low.json'],
    ['lid-mapping', '987654321_reverse', 'lid-mapping-987654321_reverse.json'],
    ['device-list', '15551234567', 'device-list-15551234567.json'],
    ['tctoken', '__index', 'tctoken-__index.json'],
    ['tctoken', '15551234567:3@s.whatsapp.net', 'tctoken-15551234567-3@s.whatsapp.net.json'],
    ['tctoken', '4915-16@g.us', 'tctoken-4915-16@g.us.json'],
    ['identity-key', '987_1.0', 'identity-key-987_1.0.json'],
  ])('%s %s is in %s, and back', (type, id, file) => {
    expect(fileOfKey({ type, id })).toBe(file);
    expect(keyOfFile(file)).toEqual({ type, id });
  });

  it.each(['creds.json', 'pre-key-1.txt', 'pre-key-.json', '../pre-key-1.json', 'notes.json', 'session', ''])(
    'a file %j is not one',
    (name) => expect(keyOfFile(name)).toBeUndefined(),
  );

  const digits = fc.stringMatching(/^\d{1,16}$/);
  const user = fc.tuple(digits, fc.constantFrom('', '_1', '_128')).map((parts) => parts.join(''));
  const group = fc
    .oneof(
      digits,
      fc.tuple(digits, digits).map((parts) => parts.join('-')),
    )
    .map((id) => `${id}@g.us`);
  const named = fc.oneof(
    fc.record({ type: fc.constant('pre-key'), id: digits }),
    fc.record({
      type: fc.constantFrom('session', 'identity-key'),
      id: fc.tuple(user, digits).map((p) => p.join('.')),
    }),
    fc.record({
      type: fc.constant('sender-key'),
      id: fc.tuple(group, user, digits).map((p) => p.join('::')),
    }),
    fc.record({ type: fc.constantFrom('sender-key-memory', 'tctoken'), id: group }),
    fc.record({
      type: fc.constant('app-state-sync-key'),
      id: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    }),
  );

  it('every key of Baileys comes back from its file', () => {
    fc.assert(
      fc.property(named, (key) => {
        expect(keyOfFile(fileOfKey(key))).toEqual(key);
      }),
    );
  });

  it('whatever a file is called, a key that is read from it belongs in that file, and in no other folder', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), named.map(fileOfKey)), (name) => {
        const key = keyOfFile(name);
        if (key === undefined) return;
        expect(fileOfKey(key)).toBe(name);
        expect(name).not.toContain('/');
      }),
    );
  });
});
