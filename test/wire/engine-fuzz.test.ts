// Imported first, as in the program: Baileys takes the limited functions when it is loaded.
import '../../src/whatsapp/create-whatsapp.ts';
import { afterEach, expect, it } from 'vitest';
import { fuzzFrames, fuzzPaired, fuzzPairing } from '../fuzz/fuzz-engine.ts';
import { firstSeed, FuzzReport, isLong } from '../fuzz/fuzz-report.ts';
import { takeEngineErrors } from '../support/engine.ts';

// The engine is expected to note errors here.
afterEach(() => void takeEngineErrors());

const longMs = 1_500_000;

it.each([
  ['stanzas', (report: FuzzReport) => fuzzPaired(report, isLong ? 122 : 6, 20)],
  ['stanzas while pairing', (report: FuzzReport) => fuzzPairing(report, isLong ? 20 : 1, 20)],
  ['frames', (report: FuzzReport) => fuzzFrames(report, isLong ? 40 : 1)],
])('hostile %s do no harm', { timeout: isLong ? longMs : 60_000 }, async (what, run) => {
  const report = new FuzzReport(what, firstSeed);
  await run(report);
  report.print();
  expect(report.wrong).toEqual([]);
});
