import { Command, CommanderError } from 'commander';
import { defineConfig, runConfig } from './commands/config.ts';
import { defineConnect, runConnect } from './commands/connect.ts';
import { defineCreate, runCreate } from './commands/create.ts';
import { defineDelete, runDelete } from './commands/delete.ts';
import { defineDevice, runDevice } from './commands/device.ts';
import { defineDisconnect, runDisconnect } from './commands/disconnect.ts';
import { defineDemo, runDemo } from './commands/demo.ts';
import { defineList, runList } from './commands/list.ts';
import { defineLogout, runLogout } from './commands/logout.ts';
import { definePair, runPair } from './commands/pair.ts';
import { defineQr, runQr } from './commands/qr.ts';
import { defineRestart, runRestart } from './commands/restart.ts';
import { defineSandbox, runSandbox } from './commands/sandbox.ts';
import { defineSandboxControl, runSandboxControl } from './commands/sandbox-control.ts';
import { defineShow, runShow } from './commands/show.ts';
import { defineStatus, runStatus } from './commands/status.ts';
import { defineUpdate, runUpdate } from './commands/update.ts';
import { defineWebhook, runWebhook } from './commands/webhook.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';

/** The flags that every command takes. */
export type GlobalFlags = {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly configDir?: string;
  /** False: no colour. */
  readonly color: boolean;
};

export type ProgramOptions = {
  readonly version: string;
  /** Makes what commands work on, once the global flags are known. */
  open(flags: GlobalFlags): Context;
  /** The faults of the sandbox, for its help. */
  faults(): string;
  /** Where help and version go. */
  write(text: string): void;
};

/** Runs a command line. Returns the exit status; throws WactlError. */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<number> {
  let status = 0;
  const program = buildProgram(options, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const isBare = error.code === 'commander.help' && program.args.length === 0;
    if (!isBare) throw usageError(error, program);
    options.write(program.helpInformation());
    return 0;
  }
}

function buildProgram(options: ProgramOptions, ended: (status: number) => void): Command {
  const program = new Command('wactl')
    .description('The session manager for WhatsApp on the command line.')
    .version(options.version, '--version', 'print the version')
    .option('--json', 'print JSON on stdout, and nothing else')
    .option('-q, --quiet', 'say nothing but results and errors')
    .option('-v, --verbose', 'say what the engine does, on stderr')
    .option('--config-dir <dir>', 'where sessions and settings are kept (also: WACTL_CONFIG_DIR)')
    .option('--no-color', 'no colour (also: NO_COLOR)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => options.write(text), writeErr: () => undefined })
    .showSuggestionAfterError();

  const on =
    <O>(run: (cx: Context, options: O) => Promise<number | void>) =>
    async (given: O): Promise<void> => {
      ended((await run(options.open(program.opts<GlobalFlags>()), given)) ?? 0);
    };
  program.commandsGroup('Pairing:');
  defineCreate(program, on(runCreate));
  defineQr(program, on(runQr));
  definePair(program, on(runPair));
  program.commandsGroup('Looking:');
  defineStatus(program, on(runStatus));
  defineList(program, on(runList));
  defineShow(program, on(runShow));
  defineDevice(program, on(runDevice));
  program.commandsGroup('Online and offline:');
  defineConnect(program, on(runConnect));
  defineDisconnect(program, on(runDisconnect));
  defineRestart(program, on(runRestart));
  program.commandsGroup('Changing:');
  defineUpdate(program, on(runUpdate));
  defineWebhook(program, on(runWebhook));
  defineLogout(program, on(runLogout));
  defineDelete(program, on(runDelete));
  defineConfig(program, on(runConfig));
  program.commandsGroup('Trying and testing:');
  const sandbox = defineSandbox(program, on(runSandbox));
  defineSandboxControl(sandbox, () => options.faults(), on(runSandboxControl));
  defineDemo(program, on(runDemo));
  return program;
}

/** Commander's words as an error of ours: its suggestion becomes the hint. */
function usageError({ code, message }: CommanderError, program: Command): UsageError {
  const [word = ''] = program.args;
  const command = program.commands.find((known) => known.name() === word || known.aliases().includes(word));
  const help = `see: wactl ${command ? `${command.name()} ` : ''}--help`;
  if (code === 'commander.help') return new UsageError(`${word} needs a command`, help);
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = /^\((.*)\)$/.exec(rest.join(' '))?.[1]?.replace(/^Did/, 'did');
  return new UsageError(first.replace(/\.$/, ''), suggestion ?? help);
}
