import makeWASocket, { Curve, initAuthCreds, BufferJSON, WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import type {
  AuthenticationState,
  SignalDataTypeMap,
  UserFacingSocketConfig,
  WASocket,
} from '@whiskeysockets/baileys';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { isSignatureTrue } from '../../src/xeddsa.ts';

/** Silent: Baileys would log keys. */
const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
} as unknown as NonNullable<UserFacingSocketConfig['logger']>;

/** Credentials in memory, copied through JSON as a store would. */
export function memoryAuthState(): AuthenticationState & { readonly rows: Map<string, string> } {
  const rows = new Map<string, string>();
  return {
    creds: initAuthCreds(),
    rows,
    keys: {
      get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
        const found: { [id: string]: SignalDataTypeMap[T] } = {};
        for (const id of ids) {
          const row = rows.get(`${type} ${id}`);
          if (row !== undefined) found[id] = JSON.parse(row, BufferJSON.reviver) as SignalDataTypeMap[T];
        }
        return found;
      },
      set: (data) => {
        for (const [type, entries] of Object.entries(data))
          for (const [id, value] of Object.entries(entries as Record<string, unknown>))
            if (value === null || value === undefined) rows.delete(`${type} ${id}`);
            else rows.set(`${type} ${id}`, JSON.stringify(value, BufferJSON.replacer));
      },
    },
  };
}

/** Makes stock Baileys check signatures: it ignores libsignal's answer, and knows only WhatsApp's own root. */
export function checkSignaturesStrictly(rootKeyHex: string): () => void {
  const original = Curve.verify;
  const whatsAppRoot = Buffer.from(WA_CERT_DETAILS.PUBLIC_KEY);
  Curve.verify = (publicKey, message, signature) => {
    const bare = Buffer.from(publicKey).subarray(-32);
    const trusted = whatsAppRoot.equals(bare) ? Buffer.from(rootKeyHex, 'hex') : bare;
    return isSignatureTrue(trusted, message, signature);
  };
  return () => {
    Curve.verify = original;
  };
}

/** The stock client, connected to a sandbox. */
export function connectBaileys(
  endpoint: string,
  auth: AuthenticationState,
  config: Partial<UserFacingSocketConfig> = {},
): WASocket {
  const socket = makeWASocket({
    waWebSocketUrl: endpoint,
    auth,
    logger: silentLogger,
    browser: ['Ubuntu', 'Chrome', '22.04'],
    ...config,
  });
  socket.ev.on('creds.update', (update) => Object.assign(auth.creds, update));
  return socket;
}

/** The text of the next QR. */
export const nextQr = (socket: WASocket): Promise<string> =>
  new Promise((resolve) => {
    socket.ev.on('connection.update', ({ qr }) => qr !== undefined && resolve(qr));
  });

/** The code that the connection ends with. */
export const closeCode = (socket: WASocket): Promise<number> =>
  new Promise((resolve) => {
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection !== 'close') return;
      const error = lastDisconnect?.error as { output?: { statusCode?: number } } | undefined;
      resolve(error?.output?.statusCode ?? -1);
    });
  });

/** Resolves when the client has logged in; rejects when it is closed instead. */
export const opened = (socket: WASocket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection === 'open') resolve();
      if (connection === 'close') reject(lastDisconnect?.error ?? new Error('closed'));
    });
  });

/** The text of the next message that it decrypts. */
export const nextText = (socket: WASocket): Promise<string | null | undefined> =>
  new Promise((resolve) => {
    socket.ev.on('messages.upsert', ({ messages }) => {
      const text = messages[0]?.message?.conversation;
      if (text) resolve(text);
    });
  });

/** Closes without logging out. */
export const disconnect = (socket: WASocket): void => void socket.end(undefined);

/** Resolves when `condition` holds for the credentials; checked now and after every change of them. */
export const credsUntil = (socket: WASocket, condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const ask = (): void => {
      if (condition()) resolve();
    };
    // Changes are merged by an earlier listener of the same event.
    socket.ev.on('creds.update', ask);
    ask();
  });

/** Pairs by QR up to the restart. `auth` then holds the credentials of a linked device. */
export async function pairByQr(sandbox: Sandbox, auth: AuthenticationState): Promise<void> {
  const socket = connectBaileys(sandbox.endpoint, auth);
  const closed = closeCode(socket);
  sandbox.scan(await nextQr(socket));
  const code = await closed;
  if (code !== 515) throw new Error(`pairing ended with ${code}`);
}
