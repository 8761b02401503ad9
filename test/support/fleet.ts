import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { Place } from './cli-place.ts';
import type { StartOptions } from './cli-place.ts';
import type { Running } from './cli-running.ts';
import { openDoorway } from './doorway.ts';
import { newDatabase, thisProcess } from './postgres.ts';

/** The token of the clients. */
export const fleetToken = 'a-token-for-the-tests';

export type FleetHost = {
  readonly serve: Running;
  /** Where clients come in: "http://127.0.0.1:…". */
  readonly url: string;
  /** Where the other hosts come in. */
  readonly door: Awaited<ReturnType<typeof openDoorway>>;
  /** What its API answers to a request below /api/v1/sessions. */
  readonly ask: (method: string, path: string, body?: object) => Promise<Answer>;
};

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

export type Fleet = {
  readonly place: Place;
  readonly sql: (statements: string) => Promise<Record<string, unknown>[]>;
  /** Starts `wactl` on a machine: each has a config directory of its own. */
  readonly start: (machine: string, args: readonly string[], options?: StartOptions) => Running;
  /** Starts `serve` on a machine, with an address for the others. */
  readonly serve: (machine: string, ...flags: readonly string[]) => Promise<FleetHost>;
  readonly end: () => Promise<void>;
};

/** Machines with one key and a new database; `fill` puts sessions into it. */
export async function makeFleet(
  machines: readonly string[],
  fill: (store: PostgresStore, place: Place) => Promise<void> = () => Promise.resolve(),
): Promise<Fleet> {
  const [place, database] = [await Place.make(), await newDatabase()];
  const doors: FleetHost['door'][] = [];
  const directoryOf = (name: string): string => join(place.home, name);
  for (const name of ['keys', ...machines]) await mkdir(directoryOf(name), { mode: 0o700 });
  const store = await openPostgres({
    address: database.address,
    clock: systemClock,
    keys: ownFileKeys(directoryOf('keys')),
    host: { id: 'tests', name: 'tests' },
    process: thisProcess,
  });
  // It is derived from the key, which is made for it.
  await store.hosts.secret();
  await fill(store, place);
  await store.close();
  const start: Fleet['start'] = (machine, args, { env, ...options } = {}) =>
    place.start(args, {
      ...options,
      env: {
        WACTL_STORE: database.address,
        WACTL_CONFIG_DIR: directoryOf(machine),
        WACTL_KEY_FILE: join(directoryOf('keys'), 'wactl.key'),
        WACTL_TOKEN: fleetToken,
        ...env,
      },
    });
  return {
    place,
    sql: database.sql,
    start,
    async serve(machine, ...flags) {
      const door = await openDoorway();
      doors.push(door);
      const advertised = flags.includes('--tls-cert') ? door.url.replace('http:', 'https:') : door.url;
      const serve = start(machine, [
        ...['serve', '--json', '--listen', '0', '--advertise', advertised],
        ...flags,
      ]);
      const url = String((await serve.event(({ event }) => event === 'ready'))['url']);
      door.leadTo(url);
      return { serve, url, door, ask: asking(url) };
    },
    async end() {
      await place.remove();
      for (const door of doors) await door.close();
      await database.end();
    },
  };
}

const asking =
  (url: string): FleetHost['ask'] =>
  async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${fleetToken}`,
      ...(body && { 'content-type': 'application/json' }),
    };
    const response = await fetch(`${url}/api/v1/sessions${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
