import { S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { setTimeout as sleep } from 'node:timers/promises';
import { ruleOf } from '../domain/close-table.ts';
import type { Attempt } from './attempt.ts';
import { CodePairing } from './code-pairing.ts';
import { Ending } from './ending.ts';
import type { LiveSocket } from './live-socket.ts';
import { hearNotifications } from './notifications.ts';
import { provePairing } from './pair-success.ts';
import type { Proof } from './pair-success.ts';
import { makeFirstPreKeys } from './pre-keys.ts';
import type { PreKeyBatch } from './pre-keys.ts';
import { PasskeyCeremony } from './passkey-ceremony.ts';
import type { PairingWay } from './pairing-way.ts';
import { QrPairing } from './qr-pairing.ts';
import { lifetimeMs, refsOf } from './refs.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import { rehearseLogin } from './rehearsal.ts';

/** Where a proven pairing is stored. */
type Keeping = {
  /** Makes ready what `commit` would take its time for. */
  readonly expect: () => Promise<void>;
  /** Stores `creds` together with these first pre-keys. */
  readonly commit: (preKeys: PreKeyBatch) => Promise<void>;
};

const drawingMs = 200;
const clocksApartMs = 3_000;

/**
 * Registers, lets the phone link this device by QR or by code, has `commit` store the proven `creds` with the first
 * pre-keys, signs, and waits for the restart. Resolves to those pre-keys. Throws an Ending, or what `commit` throws;
 * nothing is signed then.
 */
export async function pair(
  attempt: Attempt,
  goal: PairGoal,
  { expect, commit }: Keeping,
  onCeremony: (ceremony: PasskeyCeremony) => void,
): Promise<PreKeyBatch> {
  const { socket, creds, deadlines, withDeadline, emit } = attempt;
  const way: PairingWay =
    goal.kind === 'pair_by_qr' ? new QrPairing(attempt) : new CodePairing(attempt, goal);
  const ceremony = new PasskeyCeremony(attempt, goal.comparesCodes ?? false);
  onCeremony(ceremony);
  const offers = takeOffers(attempt, way, ceremony);
  takeNotifications(socket, way, ceremony);
  const pairSuccess = socket.next('CB:iq,,pair-success');
  // From here on the secret in `creds` is the one that pair-success is signed with.
  socket.onStanza('CB:iq,,pair-success', () => {
    way.stop();
    ceremony.stop();
  });
  try {
    await withDeadline(socket.proven, deadlines.connectingMs);
    socket.phase = 'pairing';
    emit({ kind: 'connected' });
    await withDeadline(offers.first, deadlines.pairDeviceMs);
    const preKeys = prepare(attempt, pairSuccess, expect);
    preKeys.catch(() => undefined);
    const stanza = await withDeadline(Promise.race([pairSuccess, way.over, ceremony.over])).catch(
      (error: unknown) => {
        throw !ceremony.isRunning && isLate(error, offers.endAt())
          ? new Ending('pairing_expired', error.code, { cause: error })
          : error;
      },
    );
    const proof = await provePairing(socket, creds, stanza);
    const made = await preKeys;
    attempt.signal.throwIfAborted();
    await link(proof, made, commit);
    await untilRestart(attempt);
    return made;
  } finally {
    way.stop();
    ceremony.stop();
  }
}

type Offers = {
  readonly first: Promise<void>;
  /** When the refs of the newest offer run out, in milliseconds since the epoch. */
  readonly endAt: () => number;
};

/** Answers each pair-device: the first confirms the registration, later ones bring new refs. */
function takeOffers(
  { socket, deadlines }: Attempt,
  way: PairingWay,
  ceremony: Pick<PasskeyCeremony, 'isRunning'>,
): Offers {
  let endAt = Infinity;
  const first = new Promise<void>((resolve, reject) => {
    socket.onStanza('CB:iq,type:set,pair-device', (offer) => {
      // If the socket no longer accepts it, the socket has ended, which is reported elsewhere.
      socket.run(() => socket.sock.sendNode(resultOf(offer))).catch(() => undefined);
      try {
        const refs = refsOf(offer);
        endAt = Date.now() + lifetimeMs(refs, deadlines);
        if (!ceremony.isRunning) way.begin(refs);
        resolve();
      } catch (error) {
        if (error instanceof Error) reject(error);
      }
    });
  });
  first.catch(() => undefined);
  return { first, endAt: () => endAt };
}

function takeNotifications(socket: LiveSocket, way: PairingWay, ceremony: PasskeyCeremony): void {
  hearNotifications(socket, {
    passkey_prologue_request: (notification) => {
      way.stop();
      ceremony.hearRequest(notification);
    },
    crsc_continuation: (notification) => ceremony.hearContinuation(notification),
    companion_reg_refresh: (notification) => way.refresh?.(notification),
    link_code_companion_reg: (notification) => way.hearCode?.(notification),
  });
}

/** Stores the proven pairing, and only then signs it, so that a device that the phone lists is always known here. */
async function link(proof: Proof, preKeys: PreKeyBatch, commit: Keeping['commit']): Promise<void> {
  try {
    await commit(preKeys);
  } catch (error) {
    await proof.refuse();
    throw error;
  }
  // If the socket is gone, its end reports it.
  await proof.sign().catch(() => undefined);
}

/** WhatsApp hangs up when the refs run out by its own clock. */
const isLate = (error: unknown, endAt: number): error is Ending =>
  error instanceof Ending && ruleOf(error).next === 'retry' && Math.abs(Date.now() - endAt) < clocksApartMs;

/** The QR is drawn first; while the person reaches for the phone, the data for the login is prepared. */
async function prepare(
  attempt: Attempt,
  pairSuccess: Promise<unknown>,
  expect: Keeping['expect'],
): Promise<PreKeyBatch> {
  const { creds, signal } = attempt;
  const isScanned = await Promise.race([pairSuccess.then(() => true), sleep(drawingMs, false, { signal })]);
  // Nobody waits for it: what fails here fails again when the pairing is stored, and that is told.
  if (!isScanned) expect().catch(() => undefined);
  const preKeys = await makeFirstPreKeys(creds, signal);
  rehearse(attempt, preKeys, pairSuccess);
  return preKeys;
}

let isRehearsed = false;

/** Nobody waits for it: without it the login takes longer, no more. A process that has done it once need not again. */
function rehearse(
  { socket, creds, signal }: Attempt,
  preKeys: PreKeyBatch,
  pairSuccess: Promise<unknown>,
): void {
  if (isRehearsed) return;
  isRehearsed = true;
  let isScanned = false;
  void pairSuccess.then(() => (isScanned = true));
  const isOver = (): boolean => isScanned || signal.aborted;
  socket.run(() => rehearseLogin(creds, preKeys, isOver)).catch((error: unknown) => socket.onFailure(error));
}

const resultOf = ({ attrs }: BinaryNode): BinaryNode => ({
  tag: 'iq',
  attrs: { to: S_WHATSAPP_NET, type: 'result', id: attrs['id'] ?? '' },
});

/**
 * Waits until WhatsApp ends the socket, with 515 when the phone lists this device. After any other end, or silence, the
 * login finds out whether it does; an abort is thrown.
 */
async function untilRestart({ socket, deadlines, withDeadline }: Attempt): Promise<void> {
  await withDeadline(socket.ended, deadlines.pairDeviceMs).catch((ending: unknown) => {
    if (!(ending instanceof Ending) || ruleOf(ending).isOwn) throw ending;
  });
}
