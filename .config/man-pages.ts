// The pages for man, from the same definitions as help.
import { commandTree } from '../src/commands/command-tree.ts';
import type { CommandNode } from '../src/commands/command-tree.ts';
import { examples } from '../src/help/examples.ts';
import { topics } from '../src/help/topics.ts';
import { buildProgram, optionDescription } from '../src/program.ts';
import { faultWords } from '../src/sandbox/fault-words.ts';
import { manPage, pageName } from './man-page.ts';

const unused = (): never => {
  throw new Error('only the definitions are looked at');
};

/** The text of each page by its file name: "wactl-list.1". */
export async function manPages(version: string): Promise<Readonly<Record<string, string>>> {
  const program = await buildProgram(
    { version, open: unused, faults: () => Promise.resolve(faultWords()), write: unused },
    { flags: { color: true }, command: undefined },
    unused,
  );
  const root = commandTree(program, optionDescription);
  const pages = commandsOf(root, '').map(({ path, command }) => {
    const name = `wactl ${path}`.trim();
    const parent = path.includes(' ') ? [pageName(name.replace(/ [^ ]*$/, ''))] : [];
    const below = command.commands.map((child) => pageName(`${name} ${child.name}`));
    const page = manPage({
      name,
      command,
      shared: root.flags,
      examples: examples[path] ?? [],
      sections: sectionsOf(path),
      seeAlso: path === '' ? below : ['wactl', ...parent, ...below],
      version,
    });
    return [`${pageName(name)}.1`, page] as const;
  });
  return Object.fromEntries(pages);
}

type Called = { readonly path: string; readonly command: CommandNode };

const commandsOf = (command: CommandNode, path: string): Called[] => [
  { path, command },
  ...command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name}`.trim())),
];

function sectionsOf(path: string): Record<string, string> {
  if (path === 'sandbox fault') return { KINDS: faultWords() };
  if (path !== '') return {};
  const named = ['pairing', 'troubleshooting', 'json', 'environment', 'exit-codes'];
  const titles: Readonly<Record<string, string>> = { json: 'JSON', 'exit-codes': 'EXIT STATUS' };
  return Object.fromEntries(
    named.map((name) => [titles[name] ?? name.toUpperCase(), topics[name]?.text ?? '']),
  );
}
