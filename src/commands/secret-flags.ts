import { Option } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import { parseProxy } from '../domain/proxy.ts';
import { parseWebhookSecret } from '../domain/webhook.ts';
import { parseWebhookHeaders } from '../domain/webhook-headers.ts';
import type { WebhookHeaders } from '../domain/webhook-headers.ts';

/** Secrets that are read from files: a command line can be seen by every user of the machine. */
export type SecretFiles = {
  readonly webhookSecretFile?: string;
  readonly webhookHeaderFile?: string;
  readonly proxyFile?: string;
  readonly codeFile?: string;
};

type Secrets = {
  readonly webhookSecret?: string;
  readonly webhookHeader?: WebhookHeaders;
  readonly proxy?: string;
  readonly code?: string;
};

/** The flag that reads the value of `flag` from a file. `name`: the name of `flag` in the options. */
export const secretFileOption = (flag: string, name: keyof Secrets, variable?: string): Option => {
  const also = variable === undefined ? '' : ` (also: ${variable})`;
  const about = `the same, read from a file (- for stdin) so that other users do not see it${also}`;
  return new Option(`${flag}-file <file>`, about).conflicts(name);
};

const readers: readonly {
  readonly file: keyof SecretFiles;
  readonly flag: string;
  readonly read: (text: string) => Secrets;
}[] = [
  {
    file: 'webhookSecretFile',
    flag: '--webhook-secret-file',
    read: (text) => ({ webhookSecret: parseWebhookSecret(text) }),
  },
  {
    file: 'webhookHeaderFile',
    flag: '--webhook-header-file',
    read: (text) => ({ webhookHeader: parseWebhookHeaders(text) }),
  },
  { file: 'proxyFile', flag: '--proxy-file', read: (text) => ({ proxy: parseProxy(text) }) },
  { file: 'codeFile', flag: '--code-file', read: (text) => ({ code: parsePairCode(text) }) },
];

/** The options, with the values read from their files. Throws UsageError. */
export async function withSecrets<O extends SecretFiles>(cx: Context, options: O): Promise<O & Secrets> {
  const given = readers.flatMap(({ file, ...reader }) => {
    const path = options[file];
    return path === undefined ? [] : [{ path, ...reader }];
  });
  const fromStdin = given.filter(({ path }) => path === '-').map(({ flag }) => flag);
  if (fromStdin.length > 1)
    throw new UsageError(`${fromStdin.join(' and ')} cannot both read stdin`, 'use a file for one of them');
  let all: O & Secrets = options;
  for (const { path, read } of given) all = { ...all, ...read((await cx.io.readAll(path)).trim()) };
  return all;
}
