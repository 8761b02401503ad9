import { sessionStatuses, webhookEvents } from '../domain/session.ts';
import { globalReceiver } from '../domain/box.ts';
import type { CommandNode, Flag, Value } from './command-tree.ts';

/** What only the store, the settings and the sandbox know. `id`: whose webhooks. */
export type NamedValues = (
  kind: 'session' | 'setting' | 'fault' | 'token' | 'webhook',
  id?: string,
) => Promise<readonly string[]>;

export type Completion = {
  /** Whole words, each with what it is. */
  readonly candidates: readonly (readonly [word: string, about: string])[];
  /** Whether the shell goes on: with its own files, or without a space, because the word may be continued. */
  readonly then: 'nothing' | 'files' | 'directories' | 'no-space';
};

/** Separated by commas: lists of these words. */
const listed: Readonly<Record<string, readonly string[]>> = {
  '--status': sessionStatuses,
  '--webhook-events': webhookEvents,
};
/** Values that the shell knows, by their names. */
const ofShell: Readonly<Record<string, Completion['then']>> = {
  file: 'files',
  from: 'directories',
  to: 'directories',
};
const nothing: Completion = { candidates: [], then: 'nothing' };

/** What the word after `before` can be, of which `typed` is there already. */
export async function complete(
  root: CommandNode,
  before: readonly string[],
  typed: string,
  named: NamedValues,
): Promise<Completion> {
  const { node, values, flag, isPlain } = walk(root, before);
  if (flag) return valuesOfFlag(flag, '', typed);
  if (typed.startsWith('-') && !isPlain) {
    const flags = [...node.flags, ...root.flags.filter(({ long }) => node !== root && long !== '--version')];
    const [name = '', ...value] = typed.split('=');
    if (value.length === 0) return wordsOf(unique(flags.map(({ long, about }) => [long, about])), typed);
    const found = flags.find(({ long, takes }) => long === name && takes !== undefined);
    return found ? valuesOfFlag(found, `${name}=`, value.join('=')) : nothing;
  }
  const commands = values.length === 0 && !isPlain ? node.commands : [];
  const names = commands.map(({ name, summary }) => [name, summary] as const);
  const value = node.values[values.length] ?? node.values.findLast(({ isMany }) => isMany);
  const own = value ? await wordsFor(node, value, values, named) : [];
  // One that is named twice would be done twice; a webhook may be called as its session is.
  const taken = value?.isMany ? values : [];
  const left = own.filter((word) => !taken.includes(word)).map((word) => [word, value?.name ?? ''] as const);
  return { ...wordsOf([...names, ...left], typed), then: ofShell[value?.name ?? ''] ?? 'nothing' };
}

type Place = {
  readonly node: CommandNode;
  /** The words so far that are no flags and call no command. */
  readonly values: readonly string[];
  /** The flag whose value comes next. */
  readonly flag: Flag | undefined;
  /** After `--`, where a dash begins no flag. */
  readonly isPlain: boolean;
};

function walk(root: CommandNode, before: readonly string[]): Place {
  let place: Place = { node: root, values: [], flag: undefined, isPlain: false };
  for (const word of before) place = step(root, place, word);
  return place;
}

function step(root: CommandNode, place: Place, word: string): Place {
  const { node, values, flag, isPlain } = place;
  if (flag) return { ...place, flag: undefined };
  if (!isPlain && word === '--') return { ...place, isPlain: true };
  if (!isPlain && word.startsWith('-') && word.length > 1) {
    const found = [...node.flags, ...root.flags].find(({ long, short }) => word === long || word === short);
    return { ...place, flag: found?.takes === undefined ? undefined : found };
  }
  const isFirst = values.length === 0;
  const called = node.commands.find(({ name, aliases }) => name === word || aliases.includes(word));
  return isFirst && called ? { ...place, node: called } : { ...place, values: [...values, word] };
}

function valuesOfFlag({ long, takes, choices }: Flag, start: string, typed: string): Completion {
  if (takes === 'file') return { candidates: [], then: 'files' };
  if (takes === 'dir') return { candidates: [], then: 'directories' };
  const list = listed[long];
  const words = list ?? (takes === 'status' ? sessionStatuses : choices);
  const done = list ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  const taken = done.split(',');
  const left = words.filter((word) => !taken.includes(word));
  const found = wordsOf(
    left.map((word) => [`${start}${done}${word}`, takes ?? '']),
    start + typed,
  );
  return list ? { ...found, then: 'no-space' } : found;
}

async function wordsFor(
  node: CommandNode,
  { name, choices, shown }: Value,
  before: readonly string[],
  named: NamedValues,
): Promise<readonly string[]> {
  if (choices.length > 0) return choices;
  // The id that `create` takes is new.
  if (name === 'id' && node.name !== 'create') return named('session');
  if (name === 'key') return named('setting');
  if (name === 'token') return named('token');
  if (node.values[0]?.name === 'id' && name === 'name') {
    const all = await named('webhook', before[0]);
    // A command that needs a name changes it; the one of all sessions is changed in the settings.
    return shown.startsWith('<') ? all.filter((word) => word !== globalReceiver) : all;
  }
  return name === 'kind' ? named('fault') : [];
}

const wordsOf = (words: Completion['candidates'], typed: string): Completion => ({
  candidates: words.filter(([word]) => word.startsWith(typed)),
  then: 'nothing',
});

const unique = (words: Completion['candidates']): Completion['candidates'] => [...new Map(words)];
