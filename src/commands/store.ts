import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { CopiedStore } from '../ports/store-copy.ts';
import { askFirst } from './ask-first.ts';

export type StoreOptions = {
  readonly from: string;
  readonly to: string;
  readonly giveUp: boolean;
  readonly yes: boolean;
};

/** `store copy FROM TO`: everything from one database into another. */
export function defineStore(program: Command, run: (options: StoreOptions) => Promise<void>): void {
  program
    .command('store')
    .summary('move all sessions into another database')
    .description('Works on the databases that sessions are kept in.')
    .command('copy')
    .summary('move everything between a directory and a PostgreSQL')
    .description(
      'Copies sessions with their credentials, webhooks, waiting events and tokens into an empty store, compares both, and only then ' +
        'lets the new ones connect; the old ones stay where they are and do not. Nothing may be online meanwhile. What a kill ' +
        'has cut short goes on when it is run again.',
    )
    .argument('<from>', 'config directory, or postgres://user@host/database (- for an address on stdin)')
    .argument('<to>', 'the same: empty, or what an unfinished copy has left')
    .option('--give-up', 'let the sessions of FROM be used again after a copy that was cut short', false)
    .option('-y, --yes', 'do not ask', false)
    .action((from: string, to: string, flags: Pick<StoreOptions, 'giveUp' | 'yes'>) =>
      run({ from, to, ...flags }),
    );
}

export async function runStore(cx: Context, options: StoreOptions): Promise<void> {
  const { giveUp, yes } = options;
  const [from, to] = await placesOf(cx, options);
  const copies = await cx.storeCopies();
  if (giveUp) {
    const given = await copies.giveUp(from);
    return cx.io.result(
      { given_up: true, ...given },
      () => `the sessions in ${given.from} can be used again`,
    );
  }
  await copies.check(from, to);
  await askFirst(cx, yes, 'Move everything? The sessions that are left behind do not connect any more.');
  const spinner = cx.io.spinner('copying');
  const copied = await copies
    .copy(from, to, {
      signal: cx.signal,
      onProgress: (what, done, all) => spinner.text(`${what} ${String(done)} of ${String(all)} sessions`),
    })
    .finally(() => spinner.stop());
  cx.io.result(documentOf(copied), () => words(copied));
  cx.io.say(next(to));
}

/** An address with a password can come from stdin: every user of the machine can see a command line. */
async function placesOf(cx: Context, { from, to }: StoreOptions): Promise<readonly [string, string]> {
  if (from === '-' && to === '-')
    throw new UsageError('stdin can be read only once', 'name one of the places');
  const read = async (place: string): Promise<string> =>
    place === '-' ? (await cx.io.readAll('-')).trim() : place;
  return [await read(from), await read(to)];
}

const documentOf = ({ events, isContinued, ...copied }: CopiedStore) => ({
  ...copied,
  webhook_events: events,
  continued: isContinued,
});

const words = ({ from, to, sessions, keys, events, tokens }: CopiedStore): readonly string[] => [
  `moved ${counted(sessions, 'session')} to ${to}: ${counted(keys, 'key')}, ${counted(events, 'webhook event')}, ${counted(tokens, 'token')}; all of it was read again and compared`,
  `what is in ${from} does not connect any more; remove it once the sessions work there`,
];

const next = (to: string): string =>
  /^postgres/.test(to)
    ? 'use it from now on with: wactl config set store - (the address on stdin), or WACTL_STORE; other machines need the same key'
    : `use it from now on with: --config-dir ${to}; wactl config unset store, if that names a PostgreSQL`;

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
