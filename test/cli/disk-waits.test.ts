import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Place } from '../support/cli-place.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** Each wait for the disk costs a person milliseconds, on a slow disk tens of them. */
describe.runIf(hasStrace)('waits for the disk', () => {
  it('are four before the QR of a first create, two while the phone is awaited, and few after the scan', async () => {
    const trace = join(place.home, 'trace');
    const calls = ['-f', '-qq', '-e', 'trace=fsync,fdatasync,write', '-s', '40', '-o', trace];
    const traced = async () => (await readFile(trace, 'utf8')).split('\n');
    const creating = place.start(['create', 'a', '--json'], { under: ['strace', ...calls] });
    const qr = await creating.qr();
    // The file of the key and its name.
    const awaited = await vi.waitFor(
      async () => {
        const lines = await traced();
        expect(waitsIn(lines.slice(shownIn(lines)))).toBe(2);
        return lines;
      },
      { timeout: 20_000 },
    );
    place.sandbox.scan(qr);
    expect(await creating.exited).toMatchObject({ status: 0 });
    expect(waitsIn(awaited.slice(0, shownIn(awaited)))).toBe(4);
    // Six, and one more for each further burst of the phone's first messages, which a busy machine hands over in smaller ones.
    // It was 19 and more when each change waited for itself.
    expect(waitsIn(await traced()) - waitsIn(awaited)).toBeLessThanOrEqual(13);
  });
});

const waitsIn = (lines: readonly string[]): number =>
  lines.filter((line) => /\b(fsync|fdatasync)\(/.test(line)).length;

/** The line on which the QR was shown. */
function shownIn(lines: readonly string[]): number {
  const at = lines.findIndex((line) => line.includes('write(1, "{\\"event\\":\\"qr\\"'));
  expect(at).toBeGreaterThan(0);
  return at;
}
