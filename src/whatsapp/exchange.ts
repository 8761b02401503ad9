import type { BinaryNode } from '@whiskeysockets/baileys';
import type { LiveSocket } from './live-socket.ts';

/**
 * Sends an iq and gives its answer, an error included: Baileys' own query keeps nothing of that but the number. Undefined
 * when none comes in the engine's time. Rejects with Baileys' Boom when the socket ends.
 */
export async function exchange(socket: LiveSocket, iq: BinaryNode): Promise<BinaryNode | undefined> {
  const { sock, run } = socket;
  const id = iq.attrs['id'] ?? sock.generateMessageTag();
  const [answer] = await run(() =>
    Promise.all([
      sock.waitForMessage<BinaryNode | undefined>(id),
      sock.sendNode({ ...iq, attrs: { ...iq.attrs, id } }),
    ]),
  );
  return answer;
}
