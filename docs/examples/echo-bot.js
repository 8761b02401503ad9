// Answers every text with the same text. Pair the session first: wactl create shop; then: node echo-bot.js shop
import * as baileys from '@whiskeysockets/baileys';
import { strictSignatures, useSession } from 'wactl/baileys';

// Baileys' libsignal prints sessions with their keys.
console.info = () => undefined;

const session = await useSession(process.argv[2] ?? 'shop', { wait: true });
strictSignatures(baileys, { rootKey: session.endpoint?.rootKey });

function connect() {
  const sock = baileys.makeWASocket({
    auth: session.state,
    // A session of `wactl sandbox` knows its address.
    ...(session.endpoint && { waWebSocketUrl: session.endpoint.url }),
  });
  session.watch(sock);
  sock.ev.on('creds.update', session.saveCreds);
  sock.ev.on('connection.update', ({ connection, lastDisconnect }) => {
    if (connection === 'open') console.log('online');
    if (connection !== 'close' || session.signal.aborted) return;
    if (lastDisconnect?.error?.output?.statusCode === baileys.DisconnectReason.loggedOut)
      void session.close();
    else setTimeout(() => !session.signal.aborted && connect(), 1_000);
  });
  const answer = async ({ key, message }) => {
    const text = message?.conversation ?? message?.extendedTextMessage?.text;
    if (!text || key.fromMe) return;
    console.log('message', text);
    await sock.sendMessage(key.remoteJid, { text }).catch((error) => console.log('not sent:', error.message));
  };
  // Each is begun before anything is awaited: WhatsApp is told that they have arrived when this returns.
  sock.ev.on('messages.upsert', ({ messages }) => {
    for (const one of messages) void answer(one);
  });
}

session.signal.addEventListener('abort', () => console.log(session.signal.reason.message));
// Baileys' timers would keep the process for another minute.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void session.close().then(() => process.exit()));
connect();
