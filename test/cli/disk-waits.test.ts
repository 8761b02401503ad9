import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** Each wait for the disk costs a person milliseconds, on a slow disk tens of them. */
describe.runIf(hasStrace)('waits for the disk', () => {
  it('are four before the QR of a first create, and few after the scan', async () => {
    const trace = join(place.home, 'trace');
    const calls = ['-f', '-qq', '-e', 'trace=fsync,fdatasync,write', '-s', '40', '-o', trace];
    const creating = place.start(['create', 'a', '--json'], { under: ['strace', ...calls] });
    place.sandbox.scan(await creating.qr());
    expect(await creating.exited).toMatchObject({ status: 0 });
    const lines = (await readFile(trace, 'utf8')).split('\n');
    const shown = lines.findIndex((line) => line.includes('write(1, "{\\"event\\":\\"qr\\"'));
    const isWait = (line: string): boolean => /\b(fsync|fdatasync)\(/.test(line);
    expect(shown).toBeGreaterThan(0);
    expect(lines.slice(0, shown).filter(isWait)).toHaveLength(4);
    // Six, two for the key file of a new directory, and one more for each further burst of the phone's first messages,
    // which a busy machine hands over in smaller ones. It was 19 and more when each change waited for itself.
    expect(lines.slice(shown).filter(isWait).length).toBeLessThanOrEqual(15);
  });
});
