import type { Command } from 'commander';

/** Commander's own refusal of a word that is not in the tree, which it does not make beside --help or where the parent runs too. */
export function refuseUnknown(program: Command, path: readonly string[]): void {
  let parent: Command & { unknownCommand?: () => void } = program;
  for (const word of path) {
    const isHelp = parent === program && word === 'help';
    if (parent.commands.length === 0 || isHelp) return;
    const command = parent.commands.find((known) => known.name() === word || known.aliases().includes(word));
    // A command that takes an argument too: the word is that.
    if (!command && parent.registeredArguments.length > 0) return;
    if (!command) {
      program.args = [...path];
      parent.args = [word];
      parent.unknownCommand?.();
      return;
    }
    parent = command;
  }
}
