import type { Identity, Session } from '../../src/domain/session.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';

/**
 * Pairs new sessions in this process, each with a phone of its own, and marks them to be kept online: commands take longer. A webhook
 * gets their messages.
 */
export async function pairedSessions(
  store: SessionStore,
  sandbox: Sandbox,
  ids: readonly string[],
  webhookUrl?: string,
): Promise<void> {
  const whatsapp = createWhatsApp();
  const webhook =
    webhookUrl && ({ url: webhookUrl, events: ['message'], secret: null, viaProxy: false } as const);
  const endpoint = { url: sandbox.endpoint, rootKey: sandbox.rootKey };
  const pair = async (id: string, index: number): Promise<Session> => {
    const session = await store.create({ id, name: null, webhook: null, proxy: null, endpoint });
    const phone = sandbox.phone(String(15550200000 + index));
    let identity: Identity | undefined;
    const request = { session, goal: { kind: 'pair_by_qr' }, credentials: store } as const;
    const connection = whatsapp.connect(request, (event) => {
      if (event.kind === 'qr') sandbox.scan(event.payload, phone);
      if (event.kind !== 'logged_in') return;
      ({ identity } = event);
      void connection.close();
    });
    await connection.closed;
    if (!identity) throw new Error(`${id} could not be paired`);
    await store.recordLogin(id, identity);
    return store.update(id, { wantsOnline: true, ...(webhook && { webhook }) });
  };
  await Promise.all(ids.map(pair));
}
