import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { PhoneRefusedError } from '../../src/sandbox/phone-refused-error.ts';
import type { Place } from './cli-place.ts';
import { jsonLines } from './cli-running.ts';

/** The secrets of a QR that must be gone once its pairing has failed: its text and the keys in it. */
const secretsOf = (qr: string): Buffer[] => {
  const parts = qr
    .slice(qr.indexOf('#') + 1)
    .split(',')
    .slice(0, 4);
  return [qr, ...parts]
    .map((text) => Buffer.from(text))
    .concat(parts.slice(1).map((key) => Buffer.from(key, 'base64')));
};

const database = /^wactl\.(db(-wal|-shm)?|key)$/;
/** The socket of a killed process stays until a command asks for its session. */
const socket = /^run(\/\w+\.sock)?$/;

/** Expects only the database and its key, no file per record, all private. */
async function expectTidy(place: Place, isJustKilled = false): Promise<void> {
  expect((await stat(place.config)).mode & 0o777).toBe(0o700);
  for (const name of await place.files()) {
    if (!isJustKilled || !socket.test(name)) expect(name).toMatch(database);
    const entry = await stat(join(place.config, name));
    expect([name, entry.mode & 0o777]).toEqual([name, entry.isDirectory() ? 0o700 : 0o600]);
  }
}

/** Expects nothing of a failed pairing on the disk. */
export async function expectNothingOf(place: Place, qr: string): Promise<void> {
  const stored = await place.stored();
  for (const secret of secretsOf(qr)) expect(stored.includes(secret)).toBe(false);
}

/** Expects a working session: once it has been online, the server has its pre-keys, uploaded once. */
async function expectPaired(place: Place): Promise<void> {
  const connected = place.start(['connect', 'a', '--json']);
  await connected.event(({ status }) => status === 'logged_in');
  connected.kill('SIGINT');
  expect(await connected.exited).toMatchObject({ status: 130 });
  const [record] = jsonLines((await place.run(['show', 'a', '--json'])).stdout);
  const { id } = record?.['me'] as { id: string };
  expect(place.sandbox.device(id)).toMatchObject({
    preKeyUploads: 1,
    uploadedPreKeys: 812,
    maxConnections: 1,
  });
}

/**
 * Expects session "a" to be either paired, working and listed by the phone, or unpaired, pairable and not listed.
 * Returns which.
 */
export async function expectAllOrNothing(
  place: Place,
  qr: string | undefined,
): Promise<'paired' | 'not paired'> {
  await expectTidy(place, true);
  const { status, stdout } = await place.run(['status', 'a', '--json']);
  expect(place.sandbox.devices).toHaveLength(status === 0 ? 1 : 0);
  if (status === 0) {
    await expectPaired(place);
    await expectTidy(place);
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
  expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
  await expectPaired(place);
  await expectTidy(place);
  if (qr !== undefined) await expectNothingOf(place, qr);
  return 'not paired';
}

/** Scans a QR that may be invalid already, because its process is dead. */
export function scanIfAlive({ sandbox }: Place, qr: string): void {
  try {
    sandbox.scan(qr);
  } catch (error) {
    if (!(error instanceof PhoneRefusedError)) throw error;
  }
}
