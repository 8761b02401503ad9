import { deflateSync } from 'node:zlib';
import { HistorySync, historyTypes, protocolTypes } from './chat-messages.ts';
import { sendPeerMessage } from './delivery.ts';
import type { Device } from './device.ts';
import type { Network } from './network.ts';

type History = Parameters<typeof HistorySync.encode>[0];

const sendHistory = (device: Device, history: History & { syncType: number }): void => {
  const { syncType, progress } = history;
  sendPeerMessage(device, {
    protocolMessage: {
      type: protocolTypes.historySyncNotification,
      historySyncNotification: {
        syncType,
        chunkOrder: 1,
        ...(progress === undefined ? {} : { progress }),
        initialHistBootstrapInlinePayload: deflateSync(HistorySync.encode(history)),
      },
    },
  });
};

/** Sends what a phone sends to a newly linked companion: the app state key, then its history, which is empty. */
export function sendFirstSync(network: Network, device: Device): void {
  const { phone } = device;
  sendPeerMessage(device, {
    protocolMessage: {
      type: protocolTypes.appStateSyncKeyShare,
      appStateSyncKeyShare: {
        keys: [
          {
            keyId: { keyId: phone.appState.keyId },
            keyData: {
              keyData: phone.appState.key,
              fingerprint: {
                rawId: phone.rawId,
                currentIndex: device.keyIndex % 128,
                deviceIndexes: Buffer.of(0, device.keyIndex % 128),
              },
              timestamp: Math.floor(Date.now() / 1000),
            },
          },
        ],
      },
    },
  });
  sendHistory(device, {
    syncType: historyTypes.initialBootstrap,
    chunkOrder: 1,
    phoneNumberToLidMappings: [{ pnJid: phone.jid, lidJid: phone.lid }],
  });
  sendHistory(device, {
    syncType: historyTypes.pushName,
    pushnames: [{ id: phone.jid, pushname: phone.account.pushName }],
  });
  sendHistory(device, { syncType: historyTypes.recent, chunkOrder: 1, progress: 100 });
  network.events.emit({ kind: 'first_sync_sent', jid: device.jid });
}
