import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@redocly/openapi-core';

const folder = join(import.meta.dirname, '../../docs/deploy');
export const deployFile = (name: string): string => join(folder, name);

/** The values of a key in a unit of systemd. */
export const unitValues = (name: string, key: string): string[] =>
  [...readFileSync(deployFile(name), 'utf8').matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(
    ([, value = '']) => value,
  );

/** What an instruction of the Containerfile has as a list: the words of a command. */
export function containerWords(instruction: 'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK CMD'): string[] {
  const found = new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(
    readFileSync(deployFile('Containerfile'), 'utf8'),
  );
  return JSON.parse(found?.[1] ?? 'null') as string[];
}

/** The documents of a file in YAML. */
export const yamlDocuments = (name: string): unknown[] =>
  readFileSync(deployFile(name), 'utf8')
    .split('\n---\n')
    .map((text) => parseYaml(text));
