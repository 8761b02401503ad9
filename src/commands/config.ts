import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { defineEncryption, runEncryption } from './encryption.ts';
import type { EncryptionOptions } from './encryption.ts';

export type ConfigOptions =
  | { readonly action: 'get' | 'unset'; readonly key: string }
  | { readonly action: 'set'; readonly key: string; readonly value: string }
  | { readonly action: 'list' | 'path' }
  | ({ readonly action: 'encryption' } & EncryptionOptions);

/** `config get|set|unset|list|path|encryption`: settings for all sessions. */
export function defineConfig(program: Command, run: (options: ConfigOptions) => Promise<void>): void {
  const config = program.command('config').summary('read and change settings');
  config
    .command('get')
    .summary('print one setting')
    .argument('<key>')
    .action((key: string) => run({ action: 'get', key }));
  config
    .command('set')
    .summary('change one setting')
    .argument('<key>')
    .argument('<value>', 'its value, or - to read it from stdin, so that other users do not see it')
    .action((key: string, value: string) => run({ action: 'set', key, value }));
  config
    .command('unset')
    .summary('reset one setting to its default')
    .argument('<key>')
    .action((key: string) => run({ action: 'unset', key }));
  config
    .command('list')
    .summary('print all settings and where each comes from')
    .action(() => run({ action: 'list' }));
  config
    .command('path')
    .summary('print where the settings are stored')
    .action(() => run({ action: 'path' }));
  defineEncryption(config, (options) => run({ action: 'encryption', ...options }));
}

export async function runConfig(cx: Context, options: ConfigOptions): Promise<void> {
  const { table } = cx.settings;
  switch (options.action) {
    case 'set':
      await table.set(options.key, options.value === '-' ? (await cx.io.readAll('-')).trim() : options.value);
      break;
    case 'unset':
      await table.unset(options.key);
      break;
    case 'list':
      return cx.io.result(Object.fromEntries(table.list().map(({ key, ...row }) => [key, row])), () =>
        cx.io.table(
          ['KEY', 'VALUE', 'FROM', 'DESCRIPTION'],
          table.list().map(({ key, value, source, about }) => [key, value ?? '', source, about]),
          ['VALUE', 'FROM', 'DESCRIPTION'],
        ),
      );
    case 'encryption':
      return runEncryption(cx, options);
    case 'path':
      return cx.io.result({ path: table.path }, () => table.path);
    case 'get':
  }
  const row = table.get(options.key);
  cx.io.result(row, () => row.value ?? '');
}
