import { Command } from 'commander';

type Define<O> = (program: Command, run: (options: O) => Promise<never>) => unknown;

/** The options of a command line, parsed by the command's own definition. Throws what the parsing throws. */
export async function parseArgv<O>(define: Define<O>, line: readonly string[]): Promise<O> {
  const program = new Command('wactl').exitOverride().configureOutput({ writeErr: () => undefined });
  let parsed: { readonly options: O } | undefined;
  define(program, (options) => {
    parsed = { options };
    return Promise.resolve() as Promise<never>;
  });
  await program.parseAsync(line, { from: 'user' });
  if (!parsed) throw new Error('the command did not run');
  return parsed.options;
}
