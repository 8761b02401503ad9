import type { AuthenticationCreds, WASocket } from '@whiskeysockets/baileys';
import { sendAfterWrites } from '../credentials/send-after-writes.ts';
import type { Close } from '../domain/close.ts';
import type { IncomingMessage } from '../domain/connection-event.ts';
import type { Identity } from '../domain/session.ts';
import { parseJid } from '../domain/jid.ts';
import type { AuthState } from './auth-state.ts';
import { closeOfBaileys } from './close-of-baileys.ts';
import { repeatEarlyFrames } from './early-frames.ts';
import { incomingMessage } from './incoming-message.ts';
import { oneByOne } from './one-by-one.ts';
import type { Keys, OneByOne } from './one-by-one.ts';

export type SocketWatcher = {
  readonly loggedIn: (identity: Identity) => void;
  readonly closed: (close: Close) => void;
  readonly message: (message: IncomingMessage) => void;
  readonly pushName: (name: string) => void;
};

/** What is used of a socket, which Baileys 6.7 and 7 both have. */
export type AnySocket = Pick<WASocket, 'ev' | 'query' | 'signalRepository' | 'ws'> & {
  readonly authState: { readonly creds: AuthenticationCreds; readonly keys: Keys };
  end(error: Error | undefined): unknown;
};

type RawSocket = {
  send(bytes: Uint8Array, onSent: (error?: Error) => void): void;
  on(event: 'message', listener: () => void): unknown;
};

export type Watched = {
  readonly lastHeardAt: () => Date | null;
  /** Resolves when no frame waits to be sent. */
  readonly allSent: () => Promise<void>;
};

/**
 * Makes a socket of stock Baileys keep its word after a crash: a frame leaves once everything that it tells is stored, and a message is
 * acknowledged once the program has it. Reports what happens on it.
 */
export function watchSocket(sock: AnySocket, auth: AuthState, watcher: SocketWatcher): Watched {
  let heardAt: Date | null = null;
  const raw = (sock.ws as unknown as { readonly socket: RawSocket | null }).socket;
  auth.defer();
  repeatEarlyFrames(sock.ws);
  let allSent = (): Promise<void> => Promise.resolve();
  const { changed, alone } = oneByOne(sock.authState.keys);
  if (raw) {
    ({ allSent } = sendAfterWrites(raw as unknown as Parameters<typeof sendAfterWrites>[0], auth.writes));
    storeAhead(raw, changed, auth);
    raw.on('message', () => (heardAt = new Date()));
  }
  holdDecryptions(sock, alone, auth);
  const { creds } = sock.authState;
  let name = creds.me?.name;
  let isUp = false;
  sock.ev.on('messages.upsert', ({ messages }) => {
    for (const one of messages) {
      const message = incomingMessage(one);
      if (message) watcher.message(message);
    }
    auth.reported();
  });
  sock.ev.on('creds.update', () => {
    const now = creds.me?.name;
    if (!isUp || !now || now === name || now === '~') return;
    name = now;
    watcher.pushName(now);
  });
  sock.ev.on('connection.update', ({ connection, lastDisconnect }) => {
    if (connection === 'open') {
      isUp = true;
      name = creds.me?.name;
      watcher.loggedIn(identityOf(creds));
    }
    if (connection === 'close') watcher.closed(closeOfBaileys(lastDisconnect?.error, new Date()));
  });
  return { lastHeardAt: () => heardAt, allSent };
}

/**
 * Baileys sends a message inside a transaction and stores the ratchet that encrypted it afterwards (rc14, Socket/messages-send.js). A
 * crash in between would make it use the same message keys again. So what a transaction has changed is stored before its frames leave.
 */
function storeAhead(raw: RawSocket, changed: OneByOne['changed'], auth: AuthState): void {
  const send = raw.send.bind(raw);
  Object.assign(raw, {
    send(bytes: Uint8Array, onSent: (error?: Error) => void): void {
      for (const data of changed()) auth.writes.ahead(data);
      send(bytes, onSent);
    },
  });
}

/** How long Baileys may keep a message that it has decrypted: it collects them for seconds after a login, and until a backlog ends. */
const longestBufferMs = 50;
/** So many times a buffer is emptied for a message that Baileys passes on to nobody. */
const mostFlushes = 20;

function holdDecryptions(
  { signalRepository: repository, ev }: AnySocket,
  alone: OneByOne['alone'],
  auth: AuthState,
): void {
  const flush: (force: boolean) => unknown = ev.flush.bind(ev);
  const emit = ev.emit.bind(ev);
  ev.emit = (event, data) => {
    if (event === 'messages.upsert') auth.passed();
    return emit(event, data);
  };
  let timer: NodeJS.Timeout | undefined;
  let flushes = 0;
  const plan = (): void => void (timer ??= setTimeout(handOver, longestBufferMs).unref());
  const handOver = (): void => {
    timer = undefined;
    if (!auth.writes.isHolding) return;
    flush(true);
    flushes += 1;
    if (flushes > mostFlushes) auth.release();
    if (auth.writes.isHolding) plan();
  };
  const decrypting = async <T>(work: () => Promise<T>): Promise<T> => {
    flushes = 0;
    try {
      return await alone(() => auth.decrypting(work));
    } finally {
      plan();
    }
  };
  const message = repository.decryptMessage.bind(repository);
  const groupMessage = repository.decryptGroupMessage.bind(repository);
  repository.decryptMessage = (one) => decrypting(() => message(one));
  repository.decryptGroupMessage = (one) => decrypting(() => groupMessage(one));
}

function identityOf({ me, platform }: AuthenticationCreds): Identity {
  const id = me?.id ?? '';
  return {
    phoneNumber: parseJid(id)?.user ?? '',
    whatsappJid: id,
    lid: me?.lid ?? null,
    platform: platform ?? null,
    pushName: me?.name ?? null,
  };
}
