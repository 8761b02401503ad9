import { firstReceiver } from '../domain/box.ts';
import { deviceRecord } from '../schema/device-record.ts';
import type { Session } from '../domain/session.ts';
import type { Wactl } from '../ports/wactl.ts';
import { answerPasskey, askedPasskey, confirmPasskey } from './answer-passkey.ts';
import { removeWebhook, setWebhook } from './change-webhooks.ts';
import { connectSession } from './connect-session.ts';
import { createSession } from './create-session.ts';
import { deleteSession } from './delete-session.ts';
import { disconnectSession } from './disconnect-session.ts';
import { findSession, sessionAt } from './find-session.ts';
import { keepOnline } from './keep-online.ts';
import { listHosts } from './list-hosts.ts';
import { listSessions } from './list-sessions.ts';
import { pairSession } from './pair-session.ts';
import type { AppParts } from './parts.ts';
import { replayWebhook } from './replay-webhook.ts';
import { sessionStatus } from './session-status.ts';
import { showSession } from './show-session.ts';
import { updateSession } from './update-session.ts';

/** The sessions of this machine. */
export function wactlHere(parts: AppParts): Wactl {
  const at = async (id: string): Promise<Session> => sessionAt(await parts.records(), id);
  return {
    find: async (given) => findSession(await parts.records(), given),
    list: (query) => listSessions(parts, query),
    hosts: () => listHosts(parts),
    create: (draft, options) => createSession(parts, draft, options),
    show: (id, options) => showSession(parts, id, options),
    device: async (id) => deviceRecord(await at(id)),
    status: (id, options) => sessionStatus(parts, id, options),
    connect: (id, options) => connectSession(parts, id, options),
    keepOnline: (id, options, onEvent) => keepOnline(parts, id, options, onEvent),
    passkey: (id, options) => askedPasskey(parts, id, options),
    answerPasskey: (id, assertion, options) => answerPasskey(parts, id, assertion, options),
    confirmPasskey: (id, options) => confirmPasskey(parts, id, options),
    disconnect: (id, options) => disconnectSession(parts, id, options),
    restart: async (id, options) => (await parts.holder()).restart(await at(id), options),
    logout: async (id, options) => (await parts.holder()).logout(await at(id), options),
    delete: (id, options) => deleteSession(parts, id, options),
    update: (id, change, options) => updateSession(parts, id, change, options),
    pair: (id, goal, options, onEvent) => pairSession(parts, id, goal, options, onEvent),
    webhooks: async (id) => (await parts.webhooks()).all(await at(id)),
    setWebhook: (id, name, change, options) => setWebhook(parts, id, name, change, options),
    removeWebhook: (id, name, options) => removeWebhook(parts, id, name, options),
    deliveries: async (id, limit, name = firstReceiver) =>
      (await parts.webhooks()).list(await at(id), name, limit),
    testWebhook: async (id, { signal, name = firstReceiver }) =>
      (await parts.webhooks()).test(await at(id), name, signal),
    replayWebhook: (id, which, options) => replayWebhook(parts, id, which, options),
  };
}
