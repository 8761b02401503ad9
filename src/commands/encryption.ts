import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { KeyPlace, KeyTarget } from '../ports/encryption.ts';
import { sealedBy } from '../domain/sealed-by.ts';

const targets = { file: 'own_file', passphrase: 'passphrase', keyring: 'keyring' } as const;

export type EncryptionOptions = {
  readonly to?: keyof typeof targets;
  readonly toKeyFile?: string;
  readonly rotate: boolean;
};

/** `config encryption`: where the key is that the sessions are sealed with. */
export const defineEncryption = (
  config: Command,
  run: (options: EncryptionOptions) => Promise<void>,
): Command =>
  config
    .command('encryption')
    .summary('show or change the key that the sessions are sealed with')
    .description(
      'Shows where the key of the sessions is, or changes it. --rotate seals everything anew, and other processes cannot write ' +
        'meanwhile: with more than some fifty sessions, end serve first.',
    )
    .addOption(
      new Option(
        '--to <place>',
        'keep the key there: in wactl.key, nowhere but in your head, or in the keyring',
      )
        .choices(Object.keys(targets))
        .conflicts('toKeyFile'),
    )
    .option('--to-key-file <file>', 'keep the key in this file, which is made if it is missing')
    .option('--rotate', 'make a new key and seal everything anew with it', false)
    .action((flags: EncryptionOptions) => run(flags));

export async function runEncryption(
  cx: Context,
  { to, toKeyFile, rotate }: EncryptionOptions,
): Promise<void> {
  const encryption = await cx.encryption();
  const target: KeyTarget | null =
    toKeyFile === undefined ? (to ? { to: targets[to] } : null) : { to: 'file', path: toKeyFile };
  const isChanged = target !== null || rotate;
  const place = isChanged ? await encryption.change(target, rotate) : await encryption.place();
  cx.io.result(record(place), () =>
    cx.io.keyValues([
      ['key', nameOf(place)],
      ['since', place.since?.toISOString() ?? 'the first pairing makes it'],
      ['data key', place.generation === 0 ? null : `number ${String(place.generation)}`],
      ['protects', sealedBy(place).protects],
      ['does not', sealedBy(place).doesNot],
    ]),
  );
  if (!isChanged) return;
  cx.io.done(
    rotate
      ? 'everything is sealed anew'
      : 'the key was changed; copies of the database from before open with the key from before',
  );
  if (place.kind === 'file' && !place.isOwnFile)
    cx.io.say(`name it from now on: --key-file ${String(place.file)}, or WACTL_KEY_FILE`);
  if (place.kind === 'passphrase')
    cx.io.say('from now on commands ask for the passphrase, or take it from WACTL_PASSPHRASE');
}

const nameOf = ({ kind, file }: KeyPlace): string =>
  ({ file: String(file), passphrase: 'a passphrase', keyring: 'the keyring' })[kind];

const record = ({ kind, file, isOwnFile, since, generation }: KeyPlace) => ({
  kind,
  file,
  is_own_file: isOwnFile,
  since: since?.toISOString() ?? null,
  generation,
});
