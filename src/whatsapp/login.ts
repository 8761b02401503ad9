import { S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { parseJid } from '../domain/jid.ts';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';
import type { Attempt } from './attempt.ts';
import { uploadStanza } from './pre-keys.ts';
import type { PreKeyBatch } from './pre-keys.ts';
import { loadMessageTypes } from './message-types.ts';
import { openUnavailable } from './patches/quiet-presence.ts';

const activate: BinaryNode = {
  tag: 'iq',
  attrs: { to: S_WHATSAPP_NET, xmlns: 'passive', type: 'set' },
  content: [{ tag: 'active', attrs: {} }],
};

/**
 * Logs in. It counts as logged in when WhatsApp has said success, has the pre-keys it needs, and has answered `active`;
 * the queries go out together. Baileys waits for each in turn, and also asks for a digest of the keys. A passive login
 * skips `active`: WhatsApp then delivers nothing that it has queued (whatsmeow, SetPassive). Throws an Ending.
 */
export async function logIn(
  attempt: Attempt,
  fresh: PreKeyBatch | undefined,
  isPassive: boolean,
): Promise<void> {
  const { socket, deadlines, withDeadline, emit } = attempt;
  const success = socket.next('CB:success');
  // While the server is awaited. After a pairing they have been loaded for the rehearsal.
  if (!isPassive) void loadMessageTypes();
  await withDeadline(socket.proven, deadlines.connectingMs);
  socket.phase = 'logging_in';
  emit({ kind: 'connected' });
  const ready = success.then(async (stanza) => {
    attempt.socket.run(() => attempt.socket.sock.updateServerTimeOffset(stanza));
    // First, because what is sent afterwards would wait until the lid is stored.
    const answered = [handKeysOver(attempt, fresh), ...(isPassive ? [] : [becomeActive(attempt)])];
    rememberLid(attempt, stanza);
    await Promise.all([...answered, ...(isPassive ? [] : [rememberOwnLid(attempt)])]);
  });
  await withDeadline(ready, deadlines.loginMs);
}

const handKeysOver = ({ socket, creds }: Attempt, fresh: PreKeyBatch | undefined): Promise<void> =>
  fresh ? uploadFresh(socket, fresh, creds) : socket.run(() => socket.sock.uploadPreKeysToServerIfRequired());

async function becomeActive({ socket }: Attempt): Promise<void> {
  const answer = await socket.query({ ...activate, attrs: { ...activate.attrs } }).catch(toleratedError);
  if (!answer) throw new Ending('timed_out');
}

/** pair-success may not contain the lid. `display_name` is the redacted phone number (whatsmeow), not a name. */
function rememberLid({ socket: { sock, run }, creds: { me } }: Attempt, success: BinaryNode): void {
  const { lid } = success.attrs;
  if (me && lid && lid !== me.lid) run(() => sock.ev.emit('creds.update', { me: { ...me, lid } }));
}

/** An error answer counts as an answer; the end of the socket does not. */
function toleratedError(error: unknown): BinaryNode {
  const { data } = error as { readonly data?: unknown };
  if (typeof data === 'number') return { tag: 'error', attrs: {} };
  throw error;
}

/**
 * A new device has no pre-keys on the server, so there is nothing to count first. If the server refuses, Baileys
 * uploads them its own way.
 */
async function uploadFresh(socket: LiveSocket, fresh: PreKeyBatch, creds: Attempt['creds']): Promise<void> {
  const answer = await socket.query(uploadStanza(creds, fresh)).catch(toleratedError);
  if (answer?.tag !== 'iq') await socket.run(() => socket.sock.uploadPreKeysToServerIfRequired());
}

/**
 * Stores our own lid (Baileys rc14, Socket/socket.js, CB:success), while the server answers: otherwise Baileys would ask
 * the server for it when the phone sends something to the active device.
 */
function rememberOwnLid({ socket: { sock, run }, creds: { me } }: Attempt): Promise<void> {
  const jid = parseJid(me?.id ?? '');
  if (!me?.lid || !jid) return Promise.resolve();
  const { id: pn, lid } = me;
  const remember = async (): Promise<void> => {
    await sock.signalRepository.lidMapping.storeLIDPNMappings([{ lid, pn }]);
    await sock.authState.keys.set({ 'device-list': { [jid.user]: [String(jid.device ?? 0)] } });
    await sock.signalRepository.migrateSession(pn, lid);
  };
  return run(remember).catch((error: unknown) => sock.onUnexpectedError(error as Error, 'own lid'));
}

/** What Baileys does once it is logged in (rc14, Socket/socket.js, CB:success): its first queries. */
export function startWork(socket: LiveSocket): void {
  const { sock, run } = socket;
  openUnavailable(socket).catch((error: unknown) => sock.onUnexpectedError(error as Error, 'presence'));
  run(() => void sock.sendUnifiedSession());
}
