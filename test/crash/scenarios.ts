import type { EventKind } from '../../src/sandbox/event-log.ts';
import { PhoneRefusedError } from '../../src/sandbox/phone-refused-error.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';
import type { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { follow } from '../support/engine.ts';

/** A process's work that can be cut short at any of its steps. */
export type Scenario = {
  readonly name: string;
  /** The state of session "a" before. */
  readonly before: 'nothing' | 'record' | 'paired' | 'unlinked';
  /** Events of the sandbox, each once: they happen in this order. */
  readonly steps: readonly EventKind[];
  /** Starts the process; the phone acts by itself. */
  readonly start: (place: Place) => Running;
};

const phone = '15550100001';
const token = 'a-token-for-crashes';
const registering: readonly EventKind[] = ['connection_opened', 'refs_sent', 'refs_received'];
const linking: readonly EventKind[] = ['pair_success_sent', 'paired', 'connection_closed'];
const loggingIn: readonly EventKind[] = ['logged_in', 'pre_keys_uploaded', 'active', 'first_sync_sent'];

export const scenarios: readonly Scenario[] = [
  {
    name: 'create by QR',
    before: 'nothing',
    steps: [...registering, 'scanned', ...linking, ...loggingIn],
    start: (place) => scanned(place, place.start(['create', 'a', '--json'])),
  },
  {
    name: 'pair by code',
    before: 'record',
    steps: [...registering, 'code_requested', ...linking, ...loggingIn],
    start: (place) => {
      const running = place.start(['pair', 'a', `+${phone}`, '--code', 'WACT1SAN', '--json']);
      running
        .event(({ event }) => event === 'pair_code')
        .then(() => place.sandbox.enterCode(phone, 'WACT1SAN'))
        .catch(unlessGone);
      return running;
    },
  },
  {
    name: 'login',
    before: 'paired',
    steps: ['connection_opened', 'logged_in', 'active'],
    start: (place) => place.start(['connect', 'a', '--json']),
  },
  {
    name: 'logout',
    before: 'paired',
    steps: ['connection_opened', 'logged_in', 'unlinked', 'connection_closed'],
    start: (place) => place.start(['logout', 'a', '--yes', '--json']),
  },
  {
    name: 'delete',
    before: 'paired',
    steps: ['connection_opened', 'logged_in', 'unlinked', 'connection_closed'],
    start: (place) => place.start(['delete', 'a', '--yes', '--json']),
  },
  {
    name: 'pair again',
    before: 'unlinked',
    steps: [
      'connection_opened',
      'refused',
      'refs_sent',
      'scanned',
      'pair_success_sent',
      'paired',
      ...loggingIn,
    ],
    start: (place) => scanned(place, place.start(['qr', 'a', '--json'])),
  },
  {
    name: 'serve pairs',
    before: 'record',
    steps: [...registering, 'scanned', ...linking, ...loggingIn],
    start: (place) => {
      const running = place.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
      running
        .event(({ event }) => event === 'ready')
        .then(({ url }) =>
          fetch(`${String(url)}/api/v1/sessions/a/qr`, { headers: { authorization: `Bearer ${token}` } }),
        )
        .then((answer) => answer.json())
        .then((answer) => void place.sandbox.scan((answer as { qr_codes: string[] }).qr_codes[0] ?? ''))
        .catch(unlessGone);
      return running;
    },
  },
];

/** The phone scans the first QR. */
function scanned(place: Place, running: Running): Running {
  running
    .qr()
    .then((qr) => void place.sandbox.scan(qr))
    .catch(unlessGone);
  return running;
}

/** A killed process shows nothing and answers nothing, and its QR is invalid. */
function unlessGone(error: unknown): void {
  const isGone =
    error instanceof PhoneRefusedError ||
    error instanceof TypeError ||
    /^the command ended/.test(String((error as Error).message));
  if (!isGone) throw error;
}

/** Prepares session "a" with the program's engine and store, but without a process. */
export async function prepare(place: Place, before: Scenario['before']): Promise<void> {
  if (before === 'nothing') return;
  const store = openStore({ directory: place.config });
  const endpoint = { url: place.sandbox.endpoint, rootKey: place.sandbox.rootKey };
  await store.create({ id: 'a', name: null, webhook: null, proxy: null, endpoint });
  if (before !== 'record') {
    const whatsapp = createWhatsApp();
    const session = { id: 'a', proxy: null, endpoint };
    const request = { session, goal: { kind: 'pair_by_qr' }, credentials: store } as const;
    const line = follow((onEvent) => whatsapp.connect(request, onEvent));
    place.sandbox.scan((await line.until('qr')).payload);
    const { identity } = await line.until('logged_in');
    await store.recordLogin('a', identity);
    await line.connection.close();
    if (before === 'unlinked') place.sandbox.unlink(phone);
  }
  await store.close();
}
