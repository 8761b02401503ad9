import { engineOf } from '../schema/engine-schema.ts';
import { holderSchema, processSchema } from '../schema/held-schema.ts';
import type { Holder } from '../ports/holder.ts';
import type { HttpClient } from './http-client.ts';
import { readAs } from './read-as.ts';
import { readHeld, withSettings } from './read-peer.ts';
import { sessionCalls } from './session-calls.ts';
import { holderPath, sessionPath } from './session-path.ts';

/** The holder of another process, behind its private socket. Its work goes on when a call here is aborted. */
export function remoteHolder(http: HttpClient): Holder {
  const calls = sessionCalls(http);
  return {
    pair: async ({ id }, goal, options, onEvent) => (await calls.pair(id, goal, options, onEvent)).session,
    check: async (session, options) => withSettings(await calls.status(session.id, options), session),
    keepOnline: ({ id }, options, onEvent) => calls.keepOnline(id, options, onEvent),
    bringOnline: ({ id }, options) => calls.connect(id, options),
    disconnect: ({ id }, options) => calls.act(id, 'disconnect', options),
    answerPasskey: ({ id }, assertion, options) => calls.answerPasskey(id, assertion, options),
    confirmPasskey: async ({ id }, options) => {
      await calls.act(id, 'passkey/confirm', options);
    },
    restart: ({ id }, options) => calls.act(id, 'restart', options),
    logout: ({ id }, options) => calls.act(id, 'logout', options),
    async remove({ id }, options) {
      await calls.remove(id, options);
    },
    held: async ({ id }, { signal }) =>
      readHeld(await http.json({ method: 'GET', path: holderPath(id), signal })),
    async engine({ id }, { signal }) {
      const answer = await http.json({ method: 'GET', path: holderPath(id), signal });
      const { engine } = readAs(holderSchema, answer);
      return engine && engineOf(engine);
    },
    async refreshWebhook({ id }, { signal }) {
      await http.json({ method: 'POST', path: `${sessionPath(id)}/webhook/look`, body: {}, signal });
    },
    follow: ({ id }, options, onEvent) => calls.follow(id, options, onEvent),
    async heldStatuses() {
      const answer = await http.json({ method: 'GET', path: '/api/v1/holder' });
      const { held } = readAs(processSchema, answer);
      return new Map(Object.entries(held));
    },
  };
}
