import { Help } from 'commander';
import type { Command } from 'commander';
import { examples } from '../../src/help/examples.ts';
import { buildProgram, optionDescription } from '../../src/program.ts';
import { faultKinds } from '../../src/sandbox/faults.ts';
import type { FaultKindInfo } from '../../src/sandbox/faults.ts';
import { settingTable } from '../../src/settings/setting-table.ts';

const help = new Help();
const unused = (): never => {
  throw new Error('only the definitions are looked at');
};

/** The generated parts of the pages, from the program's own tables: by page, then by the name of their marks. */
export async function docsParts(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const root = await program();
  return {
    'docs/commands.md': {
      flags: globalFlags(root),
      commands: commandTables(root),
      examples: exampleLines(),
      settings: settingsTable(),
    },
    'docs/sandbox.md': { faults: faultsTable() },
  };
}

const program = (): Promise<Command> =>
  buildProgram(
    { version: '', open: unused, faults: () => Promise.resolve(''), write: unused },
    { flags: { color: true }, command: undefined },
    unused,
  );

const row = (...cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const table = (heading: readonly string[], rows: readonly string[]): string =>
  [row(...heading), row(...heading.map(() => '---')), ...rows].join('\n');

function flagRows(command: Command): string[] {
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => row(`\`${option.flags}\``, optionDescription(option)));
}

const globalFlags = (command: Command): string => table(['flag', ''], flagRows(command));

/** A table for each heading of the help: every command, its subcommands, and under each its flags. */
function commandTables(root: Command): string {
  const headings = [...new Set(root.commands.map((command) => command.helpGroup()))];
  return headings
    .map((heading) => {
      const commands = root.commands.filter((command) => command.helpGroup() === heading);
      return [
        `### ${heading.replace(/:$/, '')}`,
        table(
          ['command', ''],
          commands.flatMap((one) => rowsOf(one, '')),
        ),
      ].join('\n\n');
    })
    .join('\n\n');
}

function rowsOf(command: Command, parent: string): string[] {
  const name = `${parent}${[command.name(), ...command.aliases()].join('|')}`;
  const usage = [name, ...command.registeredArguments.map(shape)].join(' ');
  const isGroup = command.commands.length > 0 && flagRows(command).length === 0;
  const own = isGroup ? [] : [row(`**\`${usage}\`**`, `**${command.summary()}**`), ...flagRows(command)];
  return [...own, ...command.commands.flatMap((sub) => rowsOf(sub, `${command.name()} `))];
}

function shape(argument: Command['registeredArguments'][number]): string {
  const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${word}>` : `[${word}]`;
}

/** The examples of all commands, as a block of shell. */
function exampleLines(): string {
  const groups = Object.entries(examples).flatMap(([path, own]) => (path === '' ? [] : [own]));
  const all = groups.flat();
  const width = Math.max(...all.map(([line, does]) => (does === '' ? 0 : line.length)));
  const lines = groups.map((own) =>
    own.map(([line, does]) => (does === '' ? line : `${line.padEnd(width)}  # ${does}`)).join('\n'),
  );
  return ['```sh', lines.join('\n\n'), '```'].join('\n');
}

const settingsTable = (): string =>
  table(
    ['setting', 'what it is', 'default', 'environment'],
    Object.entries(settingTable).map(([key, { about, fallback, variable }]) => {
      const usual = Array.isArray(fallback) ? 'all' : fallback === null ? '' : `\`${String(fallback)}\``;
      return row(`\`${key}\``, about, usual, variable === undefined ? '' : `\`${variable}\``);
    }),
  );

const faultsTable = (): string =>
  table(
    ['fault', 'what it does', 'takes'],
    Object.entries<FaultKindInfo>(faultKinds).map(([kind, { summary, parameters }]) =>
      row(
        `\`${kind}\``,
        summary,
        Object.keys(parameters ?? {})
          .map((name) => `\`--${name}\``)
          .join(' '),
      ),
    ),
  );
