import { Argument } from 'commander';
import type { Command } from 'commander';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** `completion SHELL`: the script that makes a shell complete commands, flags, ids and values. */
export function defineCompletion(program: Command, print: (shell: Shell) => Promise<void>): void {
  program
    .command('completion')
    .summary('print a script that completes commands, flags and ids in your shell')
    .description(
      'Prints a script for your shell, which then completes commands, flags, session ids and values at the Tab key. ' +
        'Load it where your shell starts, as below.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText(
      'after',
      `
How to install it:
  bash        echo 'source <(wactl completion bash)' >> ~/.bashrc
  zsh         echo 'source <(wactl completion zsh)' >> ~/.zshrc
              (below a line with: autoload -U compinit; compinit)
  fish        wactl completion fish > ~/.config/fish/completions/wactl.fish
  powershell  wactl completion powershell >> $PROFILE`,
    )
    .action((shell: Shell) => print(shell));
}
