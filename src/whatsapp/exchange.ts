import type { BinaryNode } from '@whiskeysockets/baileys';
import type { LiveSocket } from './live-socket.ts';

/**
 * Sends an iq and returns its answer, also an error answer: Baileys' own query keeps only its code. Undefined when no
 * answer comes in time. Rejects with Baileys' Boom when the socket ends.
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
