import { environment } from './topics/environment.ts';
import { exitCodes } from './topics/exit-codes.ts';
import { json } from './topics/json.ts';
import { pairing } from './topics/pairing.ts';
import { troubleshooting } from './topics/troubleshooting.ts';

export type Topic = {
  /** In a few words, for the list of topics. */
  readonly about: string;
  readonly text: string;
};

/** What `wactl help WORD` explains besides commands. */
export const topics: Readonly<Record<string, Topic>> = {
  pairing: { about: 'link a phone; the QR does not scan', text: pairing },
  troubleshooting: { about: 'what people run into, and the way out', text: troubleshooting },
  json: { about: 'what --json prints', text: json },
  'exit-codes': { about: 'what each exit status means', text: exitCodes },
  environment: { about: 'environment variables', text: environment },
};
