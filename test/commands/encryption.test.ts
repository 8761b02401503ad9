import { describe, expect, it } from 'vitest';
import { runEncryption } from '../../src/commands/encryption.ts';
import type { EncryptionOptions } from '../../src/commands/encryption.ts';
import type { KeyTarget } from '../../src/ports/encryption.ts';
import { FakeEncryption } from '../support/fake-encryption.ts';
import { world } from '../support/fake-context.ts';

const nothing = { rotate: false };

async function run(options: EncryptionOptions, json = false) {
  const encryption = new FakeEncryption();
  const { cx, io } = world({ encryption: () => Promise.resolve(encryption), io: { json } });
  await runEncryption(cx, options);
  return { changes: encryption.changes, io };
}

describe('config encryption', () => {
  it('shows where the key is, and changes nothing', async () => {
    const { changes, io } = await run(nothing);
    expect(changes).toEqual([]);
    expect(io.stdout).toEqual([
      'key: /config/wactl.key',
      'since: 2026-03-01T12:00:00.000Z',
      'data key: number 1',
      'protects: a copy of wactl.db alone: in a backup, sent to somebody, or left in a snapshot',
      'does not: a copy of the whole directory, programs of your own user, and root',
    ]);
  });

  it('tells the same to scripts', async () => {
    const { io } = await run(nothing, true);
    expect(io.stdout.map((line): unknown => JSON.parse(line))).toEqual([
      {
        kind: 'file',
        file: '/config/wactl.key',
        is_own_file: true,
        since: '2026-03-01T12:00:00.000Z',
        generation: 1,
      },
    ]);
  });

  it.each<[EncryptionOptions, KeyTarget | null, boolean, string]>([
    [{ to: 'passphrase', rotate: false }, { to: 'passphrase' }, false, 'WACTL_PASSPHRASE'],
    [{ to: 'file', rotate: false }, { to: 'own_file' }, false, 'the key was changed'],
    [{ to: 'keyring', rotate: true }, { to: 'keyring' }, true, 'sealed anew'],
    [
      { toKeyFile: '/usb/key', rotate: false },
      { to: 'file', path: '/usb/key' },
      false,
      '--key-file /usb/key',
    ],
    [{ rotate: true }, null, true, 'everything is sealed anew'],
  ])('%j is one change, and says what comes next', async (options, target, renews, said) => {
    const { changes, io } = await run(options);
    expect(changes).toEqual([[target, renews]]);
    expect(io.stderr.join('\n')).toContain(said);
  });
});
