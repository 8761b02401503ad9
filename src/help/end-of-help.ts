import { examples } from './examples.ts';
import { topics } from './topics.ts';

const globalFlags = `Every command also takes: --json, --quiet, --verbose, --config-dir <dir>,
--key-file <file>, --server <url>, --insecure-server, --no-color
(see: wactl --help)
`;

/** What follows the flags in the help of a command: the flags that it shares with all, or the topics, and its examples. */
export function endOfHelp(path: string): string {
  const lines = examples[path] ?? [];
  const width = Math.max(0, ...lines.map(([line, does]) => (does === '' ? 0 : line.length)));
  const shown = lines.map(([line, does]) => (does === '' ? line : `${line.padEnd(width)}  # ${does}`));
  return `${path === '' ? topicList() : globalFlags}\nExamples:\n${shown.map((line) => `  ${line}\n`).join('')}`;
}

function topicList(): string {
  const calls = Object.entries(topics).map(([name, { about }]) => [`wactl help ${name}`, about] as const);
  const width = Math.max(...calls.map(([call]) => call.length));
  return `Topics:\n${calls.map(([call, about]) => `  ${call.padEnd(width)}  ${about}\n`).join('')}`;
}
