import type { Argument, Command, Option } from 'commander';

/** A command as documents and completion need it. */
export type CommandNode = {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  readonly values: readonly Value[];
  readonly commands: readonly CommandNode[];
};

export type Flag = {
  /** As help shows it: "-q, --quiet". */
  readonly shown: string;
  readonly long: string;
  readonly short: string | undefined;
  /** The name of its value: "dir"; undefined when it takes none. */
  readonly takes: string | undefined;
  readonly choices: readonly string[];
  readonly about: string;
};

export type Value = {
  readonly name: string;
  /** As help shows it: "<id...>". */
  readonly shown: string;
  readonly isMany: boolean;
  readonly choices: readonly string[];
  readonly about: string;
};

/** Everything that a person may type, as it was defined. `about` describes a flag. */
export function commandTree(command: Command, about: (option: Option) => string): CommandNode {
  const help = { shown: '-h, --help', long: '--help', short: '-h', takes: undefined, choices: [] };
  const flags = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => flagOf(option, about(option)));
  return {
    name: command.name(),
    aliases: command.aliases(),
    summary: command.summary() || command.description(),
    description: command.description() || command.summary(),
    flags: [...flags, { ...help, about: 'show help for this command' }],
    values: command.registeredArguments.map(valueOf),
    commands: command.commands.map((child) => commandTree(child, about)),
  };
}

const flagOf = (option: Option, about: string): Flag => ({
  shown: option.flags,
  long: option.long ?? option.short ?? '',
  short: option.short,
  takes: /[<[]([^.\]>]*)/.exec(option.flags)?.[1],
  choices: option.argChoices ?? [],
  about,
});

function valueOf(argument: Argument): Value {
  const { variadic, required, argChoices, description } = argument;
  const word = `${argument.name()}${variadic ? '...' : ''}`;
  return {
    name: argument.name(),
    shown: required ? `<${word}>` : `[${word}]`,
    isMany: variadic,
    choices: argChoices ?? [],
    about: description,
  };
}
