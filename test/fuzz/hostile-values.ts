import { seededRandom } from '../support/seeded-random.ts';

/** Choices that are the same in each run with this seed. */
export class Choices {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number below `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** Unexpected contents for a text field. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  '99999999999999',
  '18446744073709551616',
  '__proto__',
  'constructor',
  'toString',
  'undefined',
  'null',
  '@',
  ':@',
  '@s.whatsapp.net',
  's.whatsapp.net',
  '15550100001@s.whatsapp.net',
  '15550100001:1@s.whatsapp.net',
  '15550100001:99@s.whatsapp.net',
  '15550109999@s.whatsapp.net',
  '1@lid',
  '120363000000000000@g.us',
  'status@broadcast',
  'a@b@c',
  'EVIL\x1b[8mhidden',
  '\u202eeb\u0000\u0007',
  '../../../../etc/passwd',
  '%00%ff%2e%2e',
  '<script>',
  "'; DROP TABLE sessions; --",
  'x'.repeat(70_000),
  '😀'.repeat(300),
];
