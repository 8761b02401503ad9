import { message } from './protobuf.ts';

const SyncKey = message({
  keyId: [1, message({ keyId: [1, 'bytes'] })],
  keyData: [
    2,
    message({
      keyData: [1, 'bytes'],
      /** `deviceIndexes` is packed; its numbers are below 128, one byte each. */
      fingerprint: [
        2,
        message({ rawId: [1, 'uint'], currentIndex: [2, 'uint'], deviceIndexes: [3, 'bytes'] }),
      ],
      timestamp: [3, 'uint'],
    }),
  ],
});

/** The content of an encrypted message: text, or data between the phone and its companions. */
export const ChatMessage = message({
  conversation: [1, 'string'],
  extendedTextMessage: [6, message({ text: [1, 'string'] })],
  protocolMessage: [
    12,
    message({
      type: [2, 'uint'],
      historySyncNotification: [
        6,
        message({
          syncType: [6, 'uint'],
          chunkOrder: [7, 'uint'],
          progress: [9, 'uint'],
          initialHistBootstrapInlinePayload: [11, 'bytes'],
        }),
      ],
      appStateSyncKeyShare: [7, message({ keys: [1, SyncKey, 'repeated'] })],
    }),
  ],
  /** What a companion tells its own phone of a message to somebody else; `message` is a ChatMessage, as bytes. */
  deviceSentMessage: [31, message({ destinationJid: [1, 'string'], message: [2, 'bytes'] })],
});

/** `type` of a protocolMessage. */
export const protocolTypes = { historySyncNotification: 5, appStateSyncKeyShare: 6 } as const;

/** `syncType` of a piece of history. */
export const historyTypes = { initialBootstrap: 0, recent: 3, pushName: 4 } as const;

/** A piece of history; sent compressed with zlib. */
export const HistorySync = message({
  syncType: [1, 'uint'],
  conversations: [
    2,
    message({ id: [1, 'string'], conversationTimestamp: [12, 'uint'], name: [13, 'string'] }),
    'repeated',
  ],
  chunkOrder: [5, 'uint'],
  progress: [6, 'uint'],
  pushnames: [7, message({ id: [1, 'string'], pushname: [2, 'string'] }), 'repeated'],
  phoneNumberToLidMappings: [15, message({ pnJid: [1, 'string'], lidJid: [2, 'string'] }), 'repeated'],
});

const SignalFields = {
  ratchetKey: [1, 'bytes'],
  counter: [2, 'uint'],
  previousCounter: [3, 'uint'],
  ciphertext: [4, 'bytes'],
} as const;

/** A Double Ratchet message, without its version byte and MAC. */
export const SignalMessage = message(SignalFields);

/** The first messages of a Signal session, which carry what is needed to set it up. */
export const PreKeySignalMessage = message({
  preKeyId: [1, 'uint'],
  baseKey: [2, 'bytes'],
  identityKey: [3, 'bytes'],
  message: [4, 'bytes'],
  registrationId: [5, 'uint'],
  signedPreKeyId: [6, 'uint'],
});
