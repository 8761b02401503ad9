import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the built package, in which a script finds it by its own name. */
const builtPackage = (): string => join(dirname(inject('wactl')), '..');

/** A script that imports `wactl/baileys` as it is built. Resolves to its path. */
export async function botScript(name: string, source: string): Promise<string> {
  const path = join(builtPackage(), name);
  await writeFile(path, source);
  return path;
}

/** The bot of docs/examples. */
export const echoBot = async (): Promise<string> =>
  botScript('echo-bot.js', await readFile(join(root, 'docs/examples/echo-bot.js'), 'utf8'));
