import type { Command } from 'commander';

/** The names of the commands, by the headings of the help. */
export const commandsByGroup = ({ commands }: Command): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>();
  for (const command of commands) {
    const group = command.helpGroup().replace(/:$/, '');
    names.set(group, [...(names.get(group) ?? []), command.name()]);
  }
  return names;
};
