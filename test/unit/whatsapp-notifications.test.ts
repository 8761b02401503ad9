import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LiveSocket } from '../../src/whatsapp/live-socket.ts';
import { hearNotifications } from '../../src/whatsapp/notifications.ts';

/** The part of a socket that notifications come in by, and what was sent and handled, in order. */
function hearing() {
  const ws = new EventEmitter();
  const done: unknown[] = [];
  ws.on('CB:notification', () => done.push('Baileys'));
  const socket = {
    sock: {
      ws,
      sendNode: (stanza: unknown) => {
        done.push(stanza);
        return Promise.resolve();
      },
    },
    run: (work: () => unknown) => work(),
    onStanza: (kind: string, handle: (stanza: unknown) => void) => ws.on(kind, handle),
  };
  hearNotifications(socket as unknown as LiveSocket, { known: () => void done.push('handled') });
  const hear = (from: string, type: string): void =>
    void ws.emit('CB:notification', { tag: 'notification', attrs: { id: '1', from, type } });
  return { done, hear };
}

describe('a notification to a device that is not linked yet', () => {
  it.each(['@s.whatsapp.net', 's.whatsapp.net'])('of %s is acknowledged, then handled', (from) => {
    const { done, hear } = hearing();
    hear(from, 'known');
    const ack = { tag: 'ack', attrs: { id: '1', to: from, class: 'notification', type: 'known' } };
    expect(done).toEqual([ack, 'handled']);
  });

  it.each(['other', 'toString'])('of a type that nobody handles (%s) is acknowledged', (type) => {
    const { done, hear } = hearing();
    hear('@s.whatsapp.net', type);
    expect(done).toMatchObject([{ attrs: { type } }]);
  });

  it('of anybody but the server is ignored', () => {
    const { done, hear } = hearing();
    hear('15550100001@s.whatsapp.net', 'known');
    expect(done).toEqual([]);
  });
});
