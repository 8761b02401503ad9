import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { PhoneRefusedError } from '../../src/sandbox/qr.ts';
import type { Place } from './cli-place.ts';
import { jsonLines } from './cli-running.ts';

/** What a QR holds that must not be found anywhere once its pairing has failed: its text and the keys in it. */
const secretsOf = (qr: string): Buffer[] => {
  const parts = qr
    .slice(qr.indexOf('#') + 1)
    .split(',')
    .slice(0, 4);
  return [qr, ...parts]
    .map((text) => Buffer.from(text))
    .concat(parts.slice(1).map((key) => Buffer.from(key, 'base64')));
};

async function expectTidy(place: Place): Promise<void> {
  const names = await place.files();
  expect(['wactl.db', 'wactl.db-shm', 'wactl.db-wal']).toEqual(expect.arrayContaining(names));
  expect((await stat(place.config)).mode & 0o777).toBe(0o700);
  for (const name of names) expect((await stat(join(place.config, name))).mode & 0o777).toBe(0o600);
}

/** Nothing of a failed pairing is on the disk. */
export async function expectNothingOf(place: Place, qr: string): Promise<void> {
  const stored = await place.stored();
  for (const secret of secretsOf(qr)) expect(stored.includes(secret)).toBe(false);
}

/** The session works, and the server has got its pre-keys once. */
async function expectPaired(place: Place): Promise<void> {
  expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
  const [record] = jsonLines((await place.run(['show', 'a', '--json'])).stdout);
  const { id } = record?.['me'] as { id: string };
  expect(place.sandbox.device(id)).toMatchObject({
    preKeyUploads: 1,
    uploadedPreKeys: 812,
    maxConnections: 1,
  });
}

/** Whatever has happened to session "a": it is not paired at all and can be, or it is paired and works. Says which. */
export async function expectAllOrNothing(
  place: Place,
  qr: string | undefined,
): Promise<'paired' | 'not paired'> {
  await expectTidy(place);
  const { status, stdout } = await place.run(['status', 'a', '--json']);
  if (status === 0) {
    await expectPaired(place);
    return 'paired';
  }
  expect({ status, documents: jsonLines(stdout) }).toMatchObject({
    status: 4,
    documents: [{ id: 'a', connected: false, is_logged_in: false }],
  });
  if (qr !== undefined) await expectNothingOf(place, qr);
  const pairing = place.start(['qr', 'a', '--json']);
  place.sandbox.scan(await pairing.qr());
  expect(await pairing.exited).toMatchObject({ status: 0 });
  await expectPaired(place);
  await expectTidy(place);
  if (qr !== undefined) await expectNothingOf(place, qr);
  return 'not paired';
}

/** Scans what may be dead already: then nobody waits with it any more. */
export function scanIfAlive({ sandbox }: Place, qr: string): void {
  try {
    sandbox.scan(qr);
  } catch (error) {
    if (!(error instanceof PhoneRefusedError)) throw error;
  }
}
