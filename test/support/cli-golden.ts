import { jsonLines } from './cli-running.ts';
import type { JsonEvent, Outcome } from './cli-running.ts';
import type { Place } from './cli-place.ts';

/** The same output on every machine, at every time: times become TIME, the sandbox's port PORT, the home HOME. */
export const steady = (place: Place, text: string): string =>
  text
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, 'TIME')
    .replaceAll(`:${new URL(place.sandbox.endpoint).port}/`, ':PORT/')
    .replaceAll(place.sandbox.rootKey, 'ROOT')
    .replaceAll(place.home, 'HOME');

/** What a person sees. */
export const golden = (place: Place, { status, stdout, stderr }: Outcome): Outcome => ({
  status,
  stdout: steady(place, stdout),
  stderr: steady(place, stderr),
});

/** What a script sees: stdout is JSON, line by line, or this throws. */
export const goldenJson = (
  place: Place,
  { status, stdout, stderr }: Outcome,
): Omit<Outcome, 'stdout'> & { readonly lines: JsonEvent[] } => ({
  status,
  lines: jsonLines(steady(place, stdout)),
  stderr: steady(place, stderr),
});

/** The words of a failure, as a person gets them. */
export const failureText = (message: string, hint: string | null): string =>
  `wactl: ${/^(stopped by SIGINT|nothing was done)/.test(message) ? '' : 'error: '}${message}\n${hint === null ? '' : `wactl: hint: ${hint}\n`}`;
