import type { Endpoint, Identity } from '../../src/domain/session.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';

export type PairSessionsParts = {
  readonly store: SessionStore;
  readonly endpoint: Endpoint;
  /** The phone with this number scans it. */
  readonly scan: (payload: string, number: string) => unknown;
  readonly atOnce?: number;
};

/**
 * Pairs sessions "s0", "s1", … with a sandbox, each with its own phone, and marks them to be kept online: pairing with commands, one
 * process each, would take minutes.
 */
export async function pairSessions(
  { store, endpoint, scan, atOnce = 32 }: PairSessionsParts,
  count: number,
  first = 0,
): Promise<void> {
  const whatsapp = createWhatsApp();
  const waiting = Array.from({ length: count }, (_, index) => first + index);
  const pair = async (index: number): Promise<void> => {
    const session = await store.create({
      id: `s${String(index)}`,
      name: null,
      webhook: null,
      proxy: null,
      endpoint,
    });
    let identity: Identity | undefined;
    const request = { session, goal: { kind: 'pair_by_qr' }, credentials: store } as const;
    const connection = whatsapp.connect(request, (event) => {
      if (event.kind === 'qr') void scan(event.payload, String(15_550_200_000 + index));
      if (event.kind !== 'logged_in') return;
      ({ identity } = event);
      void connection.close();
    });
    await connection.closed;
    if (!identity) throw new Error(`${session.id} could not be paired`);
    await store.recordLogin(session.id, identity);
    await store.update(session.id, { wantsOnline: true });
  };
  const lane = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await pair(index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
