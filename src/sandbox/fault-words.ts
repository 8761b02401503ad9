import { faultKinds } from './faults.ts';

/** The kinds of faults, for the help of the command that orders them. */
export const faultWords = (): string =>
  Object.entries(faultKinds)
    .map(([kind, { summary }]) => `  ${kind.padEnd(26)}${summary}`)
    .join('\n');
