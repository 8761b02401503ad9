import { S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { LiveSocket } from './live-socket.ts';

const resultOf = ({ attrs }: BinaryNode): BinaryNode => ({
  tag: 'iq',
  attrs: { to: S_WHATSAPP_NET, type: 'result', id: attrs['id'] ?? '' },
});

/**
 * Answers the stanzas that Baileys (rc14) leaves unanswered: the server's ping, and status updates that are not
 * messages.
 */
export function answerServer({ sock, run, onStanza }: LiveSocket): void {
  const send = (work: () => Promise<void>): void => {
    // A closing socket accepts nothing more; the server asks again.
    run(work).catch(() => undefined);
  };
  onStanza('CB:iq,xmlns:urn:xmpp:ping', (iq) => send(() => sock.sendNode(resultOf(iq))));
  onStanza('CB:status', (stanza) => send(() => sock.sendMessageAck(stanza)));
}
