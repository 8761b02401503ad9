import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { Words } from '../ports/io.ts';
import { parseDuration } from './flags.ts';

export type WatchFlags = {
  /** Looks again and again. */
  readonly watch?: boolean;
  /** Milliseconds between two looks. */
  readonly every?: number;
};

/** What a command that looks has found. */
export type Look = {
  readonly document: unknown;
  readonly words: () => Words;
  /** Sentences on it, which are no result. */
  readonly notes: readonly string[];
};

/** `--watch` and `--every`, for a command that looks. */
export const addWatch = (command: Command, usualMs: number, leastMs: number): Command =>
  command
    .option('--watch', 'look again and again until Ctrl-C, and show what changes')
    .option(
      '--every <duration>',
      `with --watch: how often, at least ${inSeconds(leastMs)} (default: ${inSeconds(usualMs)})`,
      (text) => {
        const everyMs = parseDuration(text);
        if (everyMs >= leastMs) return everyMs;
        throw new UsageError(`--every ${text} is too often`, `give ${inSeconds(leastMs)} or more`);
      },
    );

/** Throws UsageError when only --every is given. */
export function assertWatch({ watch, every }: WatchFlags): void {
  if (every === undefined || watch) return;
  throw new UsageError('--every is how often --watch looks', 'add --watch, or leave it out');
}

/**
 * Looks every so often: on a terminal the last look is on the screen, elsewhere each is printed that differs from the one
 * before. Rejects with the interruption, or with the error of a look.
 */
export async function watchLooks(cx: Context, everyMs: number, look: () => Promise<Look>): Promise<never> {
  const screen = cx.io.screen();
  const title = `every ${inSeconds(everyMs)}; Ctrl-C ends`;
  let last: string | undefined;
  screen?.show(() => [title]);
  try {
    for (;;) {
      const found = await look();
      cx.signal.throwIfAborted();
      const at = timeOfDay(cx.clock.now());
      const now = withoutTimes(found.document);
      if (screen) screen.show(() => [`${title}; last at ${at}`, '', found.words(), ...found.notes]);
      else if (now !== last) printLook(cx, found, last !== undefined);
      last = now;
      await cx.clock.sleep(everyMs, cx.signal);
    }
  } finally {
    screen?.end();
  }
}

function printLook(cx: Context, { document, words, notes }: Look, isAgain: boolean): void {
  if (cx.io.json) return cx.io.event(document);
  if (isAgain) cx.io.raw('');
  cx.io.result(document, words);
  for (const note of notes) cx.io.say(note);
}

const inSeconds = (ms: number): string => `${String(ms / 1_000)}s`;

/** "20:15:03", where this runs. */
const timeOfDay = (at: Date): string => at.toTimeString().slice(0, 8);

/** That a session was seen or asked again is no change. */
const withoutTimes = (document: unknown): string =>
  JSON.stringify(document, (key, value: unknown) => (/_at$|^as_of$/.test(key) ? undefined : value));
