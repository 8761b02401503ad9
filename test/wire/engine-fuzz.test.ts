// First, as in the program: what it limits is taken by Baileys when that is loaded.
import '../../src/whatsapp/create-whatsapp.ts';
import { afterEach, expect, it } from 'vitest';
import { fuzzFrames, fuzzPaired, fuzzPairing } from '../fuzz/fuzz-engine.ts';
import { firstSeed, FuzzReport, isLong } from '../fuzz/fuzz-report.ts';
import { takeEngineErrors } from '../support/engine.ts';

// That the engine notes them is as it should be here.
afterEach(() => void takeEngineErrors());

const longMs = 1_500_000;

it.each([
  ['stanzas', (report: FuzzReport) => fuzzPaired(report, isLong ? 122 : 6, 20)],
  ['stanzas while pairing', (report: FuzzReport) => fuzzPairing(report, isLong ? 20 : 1, 20)],
  ['frames', (report: FuzzReport) => fuzzFrames(report, isLong ? 40 : 1)],
])('hostile %s harm nothing', { timeout: isLong ? longMs : 60_000 }, async (what, run) => {
  const report = new FuzzReport(what, firstSeed);
  await run(report);
  report.print();
  expect(report.wrong).toEqual([]);
});
