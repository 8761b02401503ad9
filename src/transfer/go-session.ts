// Signal sessions of go.mau.fi/libsignal 0.2 (state/record, serialize/JSONSerializer.go), which whatsmeow uses, as those of libsignal-node
// (src/session_record.js), which Baileys uses. Both keep the same ratchet. The differences:
// - Go counts the message that a chain key is for, libsignal-node the one before it.
// - Go keeps the keys of messages that are late expanded, libsignal-node the seed, which cannot be found again: they are lost.
// - Go has a receiving chain for the other side's signed pre-key, on which nothing comes. libsignal-node has none, and would try to fill it
//   up to the counter of the chain before the first answer, for which Go sends 4,294,967,295.
import { GoRecordError, bytesIn, listIn, numberIn, parseGo, structureIn } from './go-json.ts';
import type { GoStructure } from './go-json.ts';

const protocolVersion = 3;
const [keyLength, publicLength] = [32, 33];
const [sending, receiving] = [1, 2];
const [ours, theirs] = [1, 2];
/** As many as libsignal-node keeps. */
const mostStates = 40;
const mostChains = 100;

export type ConvertedSession = {
  /** A record of libsignal-node, for JSON. */
  readonly record: object;
  /** Messages that are late will have to be sent again. */
  readonly lateMessages: number;
};

/** Throws GoRecordError for a record that is damaged, of another protocol version, or not between this identity and another one. */
export function sessionFromGo(bytes: Uint8Array, identityKey: Uint8Array, now: Date): ConvertedSession {
  const record = parseGo(bytes);
  const current = stateFromGo(structureIn(record['SessionState'], 'SessionState'), identityKey);
  const states = [current];
  for (const previous of listIn(record['PreviousStates'], 'PreviousStates').slice(0, mostStates - 1)) {
    const state = stateOrNone(previous, identityKey);
    if (state) states.push(state);
  }
  const sessions: Record<string, object> = {};
  // The newest one wins where a base key comes again. The order of use is the order of the list.
  for (const [age, state] of [...states.entries()].reverse()) {
    const used = now.getTime() - age;
    const indexInfo = { ...state.indexInfo, used, created: used, closed: age === 0 ? -1 : used };
    sessions[state.indexInfo.baseKey] = { ...state.entry, indexInfo };
  }
  const lateMessages = states.reduce((sum, { late }) => sum + late, 0);
  return { record: { _sessions: sessions, version: 'v1' }, lateMessages };
}

/** Older states only serve messages that are late. */
function stateOrNone(state: GoStructure, identityKey: Uint8Array) {
  try {
    return stateFromGo(state, identityKey);
  } catch (error) {
    if (error instanceof GoRecordError) return undefined;
    throw error;
  }
}

function stateFromGo(state: GoStructure, identityKey: Uint8Array) {
  if (state['SessionVersion'] !== protocolVersion) throw new GoRecordError('it is of another version');
  if (!publicIn(state['LocalIdentityPublic'], 'LocalIdentityPublic').subarray(1).equals(identityKey))
    throw new GoRecordError('it is that of another device');
  const sender = structureIn(state['SenderChain'], 'SenderChain');
  const ratchetKey = publicIn(sender['SenderRatchetKeyPublic'], 'SenderRatchetKeyPublic').toString('base64');
  const baseKey = publicIn(state['SenderBaseKey'], 'SenderBaseKey').toString('base64');
  const chains: Record<string, object> = {};
  let [late, lastRemote] = [0, baseKey];
  const receivers = listIn(state['ReceiverChains'], 'ReceiverChains');
  if (receivers.length > mostChains) throw new GoRecordError('it has too many chains');
  for (const receiver of receivers) {
    const key = publicIn(receiver['SenderRatchetKeyPublic'], 'SenderRatchetKeyPublic').toString('base64');
    const { index, chain } = chainFromGo(receiver, receiving);
    late += listIn(receiver['MessageKeys'], 'MessageKeys').length;
    if (index > 0) chains[key] = chain;
    lastRemote = key;
  }
  chains[ratchetKey] = chainFromGo(sender, sending).chain;
  const pending = state['PendingPreKey'];
  const pendingPreKey = pending ? pendingFromGo(structureIn(pending, 'PendingPreKey')) : undefined;
  return {
    late,
    indexInfo: {
      baseKey,
      // Nothing tells whose it is after the first answer. "Theirs" also finds the session for a first message that comes again.
      baseKeyType: pendingPreKey ? ours : theirs,
      remoteIdentityKey: publicIn(state['RemoteIdentityPublic'], 'RemoteIdentityPublic').toString('base64'),
    },
    entry: {
      registrationId: numberIn(state['RemoteRegistrationID'], 'RemoteRegistrationID'),
      currentRatchet: {
        ephemeralKeyPair: {
          pubKey: ratchetKey,
          privKey: keyIn(sender['SenderRatchetKeyPrivate'], 'SenderRatchetKeyPrivate').toString('base64'),
        },
        lastRemoteEphemeralKey: lastRemote,
        previousCounter: numberIn(state['PreviousCounter'], 'PreviousCounter'),
        rootKey: keyIn(state['RootKey'], 'RootKey').toString('base64'),
      },
      _chains: chains,
      ...(pendingPreKey ? { pendingPreKey } : {}),
    },
  };
}

function chainFromGo(chain: GoStructure, chainType: number) {
  const chainKey = structureIn(chain['ChainKey'], 'ChainKey');
  const index = numberIn(chainKey['Index'], 'Index');
  const key = keyIn(chainKey['Key'], 'Key').toString('base64');
  return { index, chain: { chainKey: { counter: index - 1, key }, chainType, messageKeys: {} } };
}

function pendingFromGo(pending: GoStructure) {
  const preKey = structureIn(pending['PreKeyID'], 'PreKeyID');
  const isGiven = preKey['IsEmpty'] !== true;
  return {
    signedKeyId: numberIn(pending['SignedPreKeyID'], 'SignedPreKeyID'),
    baseKey: publicIn(pending['BaseKey'], 'BaseKey').toString('base64'),
    ...(isGiven ? { preKeyId: numberIn(preKey['Value'], 'PreKeyID') } : {}),
  };
}

const keyIn = (value: unknown, name: string): Buffer => bytesIn(value, name, keyLength);

/** With Signal's 05 in front. */
function publicIn(value: unknown, name: string): Buffer {
  const key = bytesIn(value, name, publicLength);
  if (key[0] !== 5) throw new GoRecordError(`"${name}" is not a public key`);
  return key;
}
