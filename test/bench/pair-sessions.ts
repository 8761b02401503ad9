// Pairs that many sessions of a config directory with a sandbox, each with its own phone, and marks them to be kept
// online: pairing with commands, one process each, would take minutes. Prints {} when all are paired.
import { SandboxClient } from '../../src/sandbox/control-client.ts';
import type { Identity } from '../../src/domain/session.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createWhatsApp } from '../../src/whatsapp/create-whatsapp.ts';

const atOnce = 32;
const [, , directory = '.', url = '', rootKey = '', count = '1', first = '0'] = process.argv;
const store = openStore({ directory });
const whatsapp = createWhatsApp();
const sandbox = new SandboxClient(url);
const waiting = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);

async function pair(index: number): Promise<void> {
  const draft = { id: `s${index}`, name: null, webhook: null, proxy: null, endpoint: { url, rootKey } };
  const session = await store.create(draft);
  let identity: Identity | undefined;
  const connection = whatsapp.connect(
    { session, goal: { kind: 'pair_by_qr' }, credentials: store },
    (event) => {
      if (event.kind === 'qr') void sandbox.scan(event.payload, String(15550200000 + index));
      if (event.kind !== 'logged_in') return;
      ({ identity } = event);
      void connection.close();
    },
  );
  await connection.closed;
  if (!identity) throw new Error(`${session.id} could not be paired`);
  await store.recordLogin(session.id, identity);
  await store.update(session.id, { wantsOnline: true });
}

await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await pair(index);
  }),
);
await store.close();
process.stdout.write('{}\n');
