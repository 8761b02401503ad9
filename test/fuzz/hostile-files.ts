import fc from 'fast-check';
import { expect } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { FuzzReport, firstSeed } from './fuzz-report.ts';

/** Bytes with one to four changes: bits flipped, a part cut out, doubled or replaced, an end cut off. */
export const changed = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat(), fc.nat(200), fc.uint8Array({ maxLength: 40 }), fc.nat(4)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) =>
      changes.reduce<Uint8Array>((all, [where, length, put, kind]) => {
        const at = where % (all.length + 1);
        const [before, after] = [all.subarray(0, at), all.subarray(at)];
        switch (kind) {
          case 0:
            return Buffer.concat([
              before,
              after.subarray(0, 1).map((byte) => byte ^ (1 << (length % 8))),
              after.subarray(1),
            ]);
          case 1:
            return Buffer.concat([before, after.subarray(length)]);
          case 2:
            return Buffer.concat([before, after.subarray(0, length), after]);
          case 3:
            return Buffer.concat([before, put, after.subarray(put.length)]);
          default:
            return before;
        }
      }, bytes),
    );

/** What may stand in the place of a value of JSON. */
export const otherValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, -1, 1e308, '', '../a', 'a\0b', '\ud800', '\u001b[2J', 'x'.repeat(100_000)),
  fc
    .uint8Array({ maxLength: 40 })
    .map((data) => ({ type: 'Buffer', data: Buffer.from(data).toString('base64') })),
  fc.constantFrom<object>({ type: 'Buffer', data: '%%%' }, { type: 'Buffer', data: 5 }, { 0: 300, 1: -1 }),
);

/** A document of JSON with something else in the place of one of its values. */
export function replaceValue(document: object, where: number, value: unknown): void {
  const places: (() => void)[] = [];
  const walk = (node: object): void => {
    for (const [name, child] of Object.entries(node) as [string, unknown][]) {
      places.push(() => Object.assign(node, { [name]: value }));
      if (typeof child === 'object' && child !== null) walk(child);
    }
  };
  walk(document);
  places[where % Math.max(places.length, 1)]?.();
}

/** The same, of text. */
export const withOtherValue = (text: string): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(), otherValue).map(([where, value]) => {
    const held = { document: JSON.parse(text) as unknown };
    replaceValue(held, where, value);
    return JSON.stringify(held.document ?? null);
  });

const codes = [
  'file_damaged',
  'file_locked',
  'usage',
  'wrong_key',
  'store_unsafe',
  'in_use',
  'already_exists',
];

/**
 * Whatever is given: an answer, or a failure that a person can understand, without the secret, and no bug. What is `good` is taken. Prints how
 * many were tried, and how many were taken.
 */
export async function tries<T>(
  what: string,
  good: T,
  values: fc.Arbitrary<T>,
  { numRuns, secret }: { readonly numRuns: number; readonly secret: string },
  work: (value: T) => Promise<unknown>,
): Promise<void> {
  const report = new FuzzReport(`files: ${what}`, firstSeed);
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      report.tried += 1;
      try {
        await work(value);
        report.end('taken');
      } catch (error) {
        const { message, hint = '' } = error as WactlError;
        if (!(error instanceof WactlError) || !codes.includes(error.code))
          report.fail('crash', error instanceof Error ? (error.stack ?? message) : String(error));
        expect(error).toBeInstanceOf(WactlError);
        expect(codes).toContain((error as WactlError).code);
        expect(`${message}${hint}`).not.toContain(secret);
        expect(message.length).toBeLessThan(2_000);
        report.end('refused');
      }
    }),
    { numRuns, seed: firstSeed, examples: [[good]] },
  );
  report.print();
  expect(report.ends.get('taken')).toBeGreaterThan(0);
  expect(report.tried).toBeGreaterThanOrEqual(numRuns);
}
