// Sender keys of go.mau.fi/libsignal 0.2 (groups/state/record, serialize/JSONSerializer.go) as those of Baileys (rc14, Signal/Group). They are
// the same but for their names, and Go has the newest one first.
import { markedBytes } from '../credentials/buffer-json.ts';
import { bytesIn, listIn, numberIn, parseGo, structureIn } from './go-json.ts';
import type { GoStructure } from './go-json.ts';

/** As many as Baileys keeps. */
const mostStates = 5;
const mostMessageKeys = 2_000;
const none = Buffer.alloc(0);

/** The JSON of a sender key record of Baileys. Throws GoRecordError. */
export function senderKeyFromGo(bytes: Uint8Array): string {
  const states = listIn(parseGo(bytes)['SenderKeyStates'], 'SenderKeyStates');
  return JSON.stringify(states.slice(0, mostStates).map(stateFromGo).reverse());
}

function stateFromGo(state: GoStructure) {
  const chain = structureIn(state['SenderChainKey'], 'SenderChainKey');
  const messageKeys = listIn(state['Keys'], 'Keys').slice(-mostMessageKeys);
  return {
    senderKeyId: numberIn(state['KeyID'], 'KeyID'),
    senderChainKey: {
      iteration: numberIn(chain['Iteration'], 'Iteration'),
      seed: markedBytes(bytesIn(chain['ChainKey'], 'ChainKey', 32)),
    },
    senderSigningKey: {
      public: markedBytes(bytesIn(state['SigningKeyPublic'], 'SigningKeyPublic', 33)),
      private: markedBytes(privateIn(state['SigningKeyPrivate'])),
    },
    senderMessageKeys: messageKeys.map((key) => ({
      iteration: numberIn(key['Iteration'], 'Iteration'),
      seed: markedBytes(bytesIn(key['Seed'], 'Seed', 32)),
    })),
  };
}

/** Only the key of this device has a private half. Go reads and writes others as zeros. */
function privateIn(value: unknown): Buffer {
  if (value === null || value === undefined) return none;
  const key = bytesIn(value, 'SigningKeyPrivate', 32);
  return key.every((byte) => byte === 0) ? none : key;
}
