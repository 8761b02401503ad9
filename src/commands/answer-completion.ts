import type { Command, Option } from 'commander';
import { commandTree } from './command-tree.ts';
import type { CommandNode } from './command-tree.ts';
import { complete } from './complete.ts';
import type { Completion, NamedValues } from './complete.ts';

export type CompletionParts = {
  /** All commands. */
  readonly program: Command;
  readonly about: (option: Option) => string;
  /** What `help` explains besides commands. */
  readonly topics: readonly (readonly [name: string, about: string])[];
  readonly named: NamedValues;
};

/** `__complete INDEX WORDS…`: the lines that the scripts of the shells read. No error is ever told: a person is typing. */
export async function answerCompletion(
  { program, about, topics, named }: CompletionParts,
  [index = '', ...words]: readonly string[],
): Promise<string> {
  const root = withHelp(commandTree(program, about), topics);
  const at = Number(index);
  const quiet: NamedValues = async (...asked) => {
    try {
      return await named(...asked);
    } catch {
      return [];
    }
  };
  return linesOf(await complete(root, words.slice(0, at), words[at] ?? '', quiet));
}

const linesOf = ({ candidates, then }: Completion): string =>
  [...candidates.map(([word, about]) => `${word} ${about}`.trim()), `:${then}`].join('\n');

/** With `help`, which commander keeps to itself. */
function withHelp(root: CommandNode, topics: CompletionParts['topics']): CommandNode {
  const leaf = { aliases: [], description: '', flags: [], values: [], commands: [] };
  const explained = topics.map(([name, summary]) => ({ ...leaf, name, summary }));
  const commands = root.commands.filter(({ name }) => name !== 'help');
  const below = ({ name, summary, aliases, commands }: CommandNode): CommandNode => ({
    ...leaf,
    name,
    summary,
    aliases,
    commands: commands.map(below),
  });
  const summary = 'show help for a command or topic';
  const help = { ...leaf, name: 'help', summary, commands: [...commands.map(below), ...explained] };
  return { ...root, commands: [...commands, help] };
}
