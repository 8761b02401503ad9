import { Command, CommanderError, Option } from 'commander';
import type { NamedValues } from './commands/complete.ts';
import { commandGroups } from './commands/command-groups.ts';
import type { Shell } from './commands/completion.ts';
import type { On } from './commands/define-command.ts';
import { commandsByGroup } from './commands/commands-by-group.ts';
import { refuseUnknown } from './commands/refuse-unknown.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';

/** The flags that every command takes. */
export type GlobalFlags = {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly configDir?: string;
  /** The file with the key that opens the sessions. */
  readonly keyFile?: string | undefined;
  /** Address of another wactl, whose sessions are meant. */
  readonly server?: string;
  /** Let the token go over a network in the clear. */
  readonly insecureServer?: boolean;
  /** False: no colour. */
  readonly color: boolean;
  /** The log of a process in the background, which is given when one is started. */
  readonly detached?: string;
};

/** A command line whose global flags are understood. */
export type CommandLine = {
  readonly argv: readonly string[];
  readonly flags: GlobalFlags;
  /** The command that it surely calls; undefined where that has to be found out. */
  readonly command: string | undefined;
  /** All its words, if it has nothing else but global flags. */
  readonly words: readonly string[];
  /** The words before any flag that is not global: they begin with those that call the command. */
  readonly path: readonly string[];
  /** `wactl` without its commands, on which the flags were read: making it twice takes time. */
  readonly root: Command;
};

export type ProgramOptions = {
  readonly version: string;
  /** Makes the context of a command from the global flags and the time that the command may take. */
  open(flags: GlobalFlags, timeoutMs: number | undefined): Context;
  /** The faults of the sandbox, for its help. */
  faults(): Promise<string>;
  /** Where help and version go. */
  write(text: string): void;
  /** Where a script for a shell goes, and what such a script reads. */
  script?(text: string): void;
  /** The words that only the parts behind the commands know. */
  named?(flags: GlobalFlags): NamedValues;
};

/** Called by the scripts that `completion` prints. */
const completing = '__complete';

/**
 * Reads the global flags from wherever they stand, as commander does for the whole tree. A mistake is left to `runProgram`,
 * which tells it.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const root = rootCommand();
  let parsed: ReturnType<Command['parseOptions']> = { operands: [], unknown: [] };
  try {
    // The words of a line that is being typed are nobody's flags yet.
    parsed = root.parseOptions(argv[0] === completing ? [completing] : [...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  const { operands, unknown } = parsed;
  const words = unknown.length === 0 ? operands : [];
  const flags = root.opts<GlobalFlags>();
  if (words[0] !== 'help' || words.length === 1)
    return { argv, flags, command: operands[0], words, path: operands, root };
  // `help config set` is `config set --help`.
  const asked = [...argv.toSpliced(argv.indexOf('help'), 1), '--help'];
  return { argv: asked, flags, command: words[1], words, path: words.slice(1), root };
}

/** Runs a command line. Returns the exit status; throws WactlError. */
export async function runProgram(line: CommandLine, options: ProgramOptions): Promise<number> {
  const [word] = line.words;
  if (word === completing) {
    options.script?.(await completionAnswer(line.argv.slice(1), options));
    return 0;
  }
  if (word === 'help' || word === 'version') {
    const { answerInWords } = await import('./help/answer-in-words.ts');
    const answer = answerInWords(line.words, options.version);
    if (answer !== undefined) {
      options.write(answer);
      return 0;
    }
  }
  let status = 0;
  let printed = '';
  let helped: Command | undefined;
  const write = (text: string): void => void (printed += text);
  const program = await buildProgram({ ...options, write }, line, (result) => {
    status = result;
  });
  program.addHelpText('afterAll', ({ command }) => {
    helped = command;
    return '';
  });
  try {
    refuseUnknown(program, line.path);
    await program.parseAsync(line.argv, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof UsageError) throw withoutFlagValues(error, line.argv);
    if (!(error instanceof CommanderError)) throw error;
    const isBare = error.code === 'commander.help' && program.args.length === 0;
    if (error.exitCode !== 0 && !isBare) throw await usageError(error, program);
    options.write(helped ? await helpText(helped, printed, isBare) : printed);
    return 0;
  }
}

/** What a shell can complete at a place in a line. */
async function completionAnswer(args: readonly string[], options: ProgramOptions): Promise<string> {
  const [{ answerCompletion }, { topics }] = await Promise.all([
    import('./commands/answer-completion.ts'),
    import('./help/topics.ts'),
  ]);
  const [index, ...words] = args;
  const { flags } = readCommandLine(words.slice(0, Number(index)));
  const program = await buildProgram(options, { flags, command: undefined }, () => undefined);
  const named = options.named?.(flags) ?? (() => Promise.resolve([]));
  const explained = Object.entries(topics).map(([name, { about }]) => [name, about] as const);
  return answerCompletion({ program, about: optionDescription, topics: explained, named }, args);
}

/** The help of a command: what commander has printed, then what is loaded only now. */
async function helpText(command: Command, printed: string, isBare: boolean): Promise<string> {
  if (isBare) return (await import('./help/first-screen.ts')).firstScreen(commandsByGroup(command));
  const { endOfHelp } = await import('./help/end-of-help.ts');
  return `${printed}\n${endOfHelp(commandPath(command))}`;
}

/** The words that call a command: 'config get'; '' for wactl itself. */
const commandPath = (command: Command): string =>
  command.parent ? `${commandPath(command.parent)} ${command.name()}`.trim() : '';

const rootCommand = (): Command =>
  new Command('wactl')
    .description('The session manager for WhatsApp on the command line.')
    .option('-V, --version', 'print the version')
    .option('--json', 'print only JSON on stdout')
    .option('-q, --quiet', 'print only results and errors')
    .option('-v, --verbose', 'log what the engine does, on stderr')
    .option('--config-dir <dir>', 'directory of sessions and settings (also: WACTL_CONFIG_DIR)')
    .option('--key-file <file>', 'file with the key that opens the sessions (also: WACTL_KEY_FILE)')
    .option('--server <url>', 'use the sessions of the wactl at this address (also: WACTL_SERVER)')
    .option('--insecure-server', 'send WACTL_TOKEN to --server over a network without TLS')
    .option('--no-color', 'print without colour (also: NO_COLOR)')
    .addOption(new Option('--detached <log>', 'for a process in the background').hideHelp())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });

/**
 * The command tree: all of it, or where the line surely calls one command, that one alone, since defining all takes time.
 * `ended` gets the exit status of the command that ran.
 */
export async function buildProgram(
  options: ProgramOptions,
  { flags, command, root = rootCommand() }: Pick<CommandLine, 'flags' | 'command'> & Partial<CommandLine>,
  ended: (status: number) => void,
): Promise<Command> {
  const program = root
    .configureOutput({ writeOut: (text) => options.write(text) })
    .configureHelp({ optionDescription })
    .showSuggestionAfterError()
    .on('option:version', () => {
      options.write(options.version);
      throw new CommanderError(0, 'commander.version', options.version);
    });

  const on: On =
    (run) =>
    async (given): Promise<void> => {
      const { timeout } = given as { readonly timeout?: number };
      ended((await run(options.open(flags, timeout), given)) ?? 0);
    };
  const extras = {
    faults: () => options.faults(),
    async completionScript(shell: Shell) {
      const { completionScripts } = await import('./help/completion-scripts.ts');
      options.script?.(completionScripts[shell]);
    },
  };
  const isOne = Object.values(commandGroups).some(
    (commands) => command !== undefined && Object.hasOwn(commands, command),
  );
  for (const [heading, commands] of Object.entries(commandGroups)) {
    program.commandsGroup(heading);
    for (const [word, define] of Object.entries(commands)) {
      if (!isOne || word === command) await define(program, on, extras);
    }
  }
  program.helpCommand('help [command]', 'show help for a command');
  return program;
}

/** Describes a flag, with its choices, and with its default if that is a word or number that the text does not name. */
export function optionDescription({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? [`one of: ${argChoices.join(', ')}`] : [];
  const isWord = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  const usual = isWord && !description.includes('default') ? [`default: ${defaultValue}`] : [];
  const notes = [...choices, ...usual].map((note) => ` (${note})`);
  return [description, ...notes].join('');
}

/** A hint for a word that people type for a command. */
async function otherWord(word: string): Promise<string | undefined> {
  const { otherWords } = await import('./help/other-words.ts');
  return Object.hasOwn(otherWords, word) ? `did you mean: ${otherWords[word] ?? ''}` : undefined;
}

/** A flag that was taken for the value of another one is repeated as it was typed: its own value, maybe a secret, is left out. */
function withoutFlagValues(error: UsageError, argv: readonly string[]): UsageError {
  const { message, hint, cause } = error;
  const flags = argv.filter((word) => /^--?[^=\s]+=/.test(word));
  if (flags.length === 0) return error;
  const hide = (text: string): string =>
    flags.reduce((said, flag) => said.replaceAll(flag, `${flag.slice(0, flag.indexOf('='))}=…`), text);
  return new UsageError(hide(message), hint && hide(hint), { cause });
}

/** Commander's error as a UsageError: its suggestion becomes the hint, and a flag's value, maybe a secret, is left out. */
async function usageError({ code, message: words }: CommanderError, program: Command): Promise<UsageError> {
  const message =
    code === 'commander.unknownOption' ? words.replace(/'(--[^=']*|-.)[^]*'(?=$|\n\()/, "'$1'") : words;
  const [word = ''] = program.args;
  const command = program.commands.find((known) => known.name() === word || known.aliases().includes(word));
  const help = `see: wactl ${command ? `${command.name()} ` : ''}--help`;
  if (code === 'commander.help') return new UsageError(`${word} needs a subcommand`, help);
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  if (code === 'commander.conflictingOption') return new UsageError(first, 'leave out one of them');
  const suggestion = /^\((.*)\)$/.exec(rest.join(' '))?.[1]?.replace(/^Did/, 'did');
  const meant = code === 'commander.unknownCommand' && first.includes(`'${word}'`) && (await otherWord(word));
  return new UsageError(first.replace(/\.$/, ''), meant || (suggestion ?? help));
}
