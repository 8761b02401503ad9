import type { BinaryNode } from '@whiskeysockets/baileys';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';

/**
 * Sends an iq and gives its answer, an error included: Baileys' own query keeps nothing of that but the number. Throws
 * `timed_out` when none comes in the engine's time, and Baileys' Boom when the socket ends.
 */
export async function exchange(socket: LiveSocket, iq: BinaryNode): Promise<BinaryNode> {
  const { sock, run } = socket;
  const id = iq.attrs['id'] ?? sock.generateMessageTag();
  const [answer] = await run(() =>
    Promise.all([
      sock.waitForMessage<BinaryNode | undefined>(id),
      sock.sendNode({ ...iq, attrs: { ...iq.attrs, id } }),
    ]),
  );
  if (!answer) throw new Ending('timed_out');
  return answer;
}
