import { proto, S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys';
import { setTimeout as sleep } from 'node:timers/promises';
import { ruleOf } from '../session/close.ts';
import type { ConnectionEvent, PairGoal } from '../session/whatsapp.ts';
import { askForCode, watchForWrongCode } from './code-pairing.ts';
import type { Deadlines } from './deadlines.ts';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';
import { acceptPairing } from './pair-success.ts';
import { pairingCode } from './pairing-code.ts';
import type { Patience } from './patience.ts';
import { makeFirstPreKeys } from './pre-keys.ts';
import type { PreKeyBatch } from './pre-keys.ts';
import { lifetimeMs, qrPayload, refsOf, showRefs } from './refs.ts';

export type Step = {
  readonly socket: LiveSocket;
  readonly creds: AuthenticationCreds;
  readonly deadlines: Deadlines;
  readonly patience: Patience;
  readonly emit: (event: ConnectionEvent) => void;
  readonly signal: AbortSignal;
};

export type Paired = {
  readonly preKeys: PreKeyBatch;
  /** Whether WhatsApp has confirmed it with its restart. If not, only a login can tell. */
  readonly isConfirmed: boolean;
};

const restartRequired = 515;
const drawingMs = 200;
const serverAheadMs = 3_000;

/**
 * Registers, lets the phone link this device by QR or by code, and signs. Afterwards `creds` are those of the linked
 * device, still in memory only. Throws an Ending.
 */
export async function pair(step: Step, goal: PairGoal): Promise<Paired> {
  const { socket, creds, deadlines, patience, emit } = step;
  const pairDevice = socket.next('CB:iq,type:set,pair-device');
  const pairSuccess = socket.next('CB:iq,,pair-success');
  const passkey = socket.next('CB:notification,type:passkey_prologue_request').then((): never => {
    throw new Ending('passkey_required');
  });
  passkey.catch(() => undefined);

  await patience(socket.proven, deadlines.connectingMs);
  socket.phase = 'pairing';
  emit({ kind: 'connected' });
  const offer = await patience(pairDevice, deadlines.pairDeviceMs);
  await socket.run(() => socket.sock.sendNode(resultOf(offer)));

  const refs = refsOf(offer);
  const ways = showRefs(refs, deadlines, (ref, seq, lifeMs) => {
    if (goal.kind !== 'pair_by_qr') return;
    emit({ kind: 'qr', payload: qrPayload(ref, creds), seq, expiresAt: new Date(Date.now() + lifeMs) });
  });
  const expiresAt = new Date(Date.now() + lifetimeMs(refs, deadlines));
  const preKeys = prepare(step, pairSuccess);
  preKeys.catch(() => undefined);
  let stopWatching: () => void = () => undefined;
  try {
    if (goal.kind === 'pair_by_code') {
      const code = pairingCode(goal.code);
      await patience(askForCode(socket, creds, goal, code), deadlines.pairDeviceMs);
      emit({ kind: 'pair_code', code, phone: goal.phone, expiresAt });
      stopWatching = watchForWrongCode(socket, deadlines.wrongCodeMs, () => emit({ kind: 'wrong_code' }));
    }
    const linked = Promise.race([pairSuccess, passkey, ways.over]);
    const stanza = await patience(linked, lifetimeMs(refs, deadlines) * 2).catch((error: unknown) => {
      throw isLate(error, expiresAt) ? new Ending('pairing_expired', error.code, { cause: error }) : error;
    });
    ways.stop();
    stopWatching();
    await acceptPairing(socket, creds, stanza);
  } finally {
    ways.stop();
    stopWatching();
  }
  return { preKeys: await preKeys, isConfirmed: await isRestarted(step) };
}

/** WhatsApp hangs up when the refs are over, and its clock may be a little ahead. */
const isLate = (error: unknown, expiresAt: Date): error is Ending =>
  error instanceof Ending &&
  ruleOf(error).next === 'retry' &&
  Date.now() > expiresAt.getTime() - serverAheadMs;

/** First the QR is drawn; then, while the person reaches for the phone, what the login will need is made. */
async function prepare({ creds, signal }: Step, pairSuccess: Promise<unknown>): Promise<PreKeyBatch> {
  await Promise.race([pairSuccess, sleep(drawingMs, undefined, { signal })]);
  const preKeys = await makeFirstPreKeys(creds, signal);
  // In the bundle most message types are loaded when first touched.
  Reflect.get(proto, 'Message');
  return preKeys;
}

const resultOf = ({ attrs }: BinaryNode): BinaryNode => ({
  tag: 'iq',
  attrs: { to: S_WHATSAPP_NET, type: 'result', id: attrs['id'] ?? '' },
});

/** Whether the socket ends with 515. Any other end after pair-device-sign leaves it open; an abort is thrown. */
async function isRestarted({ socket, deadlines, patience }: Step): Promise<boolean> {
  const end = await patience(socket.ended, deadlines.pairDeviceMs).catch((ending: unknown) => {
    if (ending instanceof Ending && !ruleOf(ending).isOwn) return ending;
    throw ending;
  });
  return end.code === restartRequired;
}
