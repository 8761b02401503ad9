// The other side of the comparison: the least that pairs with Baileys, stores what it must and draws the QR.
import makeWASocket, { DisconnectReason, useMultiFileAuthState } from '@whiskeysockets/baileys';
import qrcode from 'qrcode-terminal';

const [folder, waWebSocketUrl] = process.argv.slice(2);

async function connect() {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const socket = makeWASocket({ auth: state, waWebSocketUrl });
  socket.ev.on('creds.update', saveCreds);
  socket.ev.on('connection.update', ({ connection, lastDisconnect, qr }) => {
    if (qr) {
      qrcode.generate(qr, { small: true });
      console.log(`payload ${qr}`);
    }
    if (connection === 'open') console.log('open');
    const code = lastDisconnect?.error?.output?.statusCode;
    if (connection === 'close' && code === DisconnectReason.restartRequired) void connect();
  });
}

await connect();
