import type { AuthenticationState, WASocket } from '@whiskeysockets/baileys';
import { LeaseLostError, NotPairedError, WactlError } from '../errors.ts';
import { credsFromBytes } from '../credentials/credential-bytes.ts';
import type { SessionStatus } from '../domain/session.ts';
import { TakenAwayError } from '../holder/task.ts';
import type { TaskContext } from '../holder/task.ts';
import type { ProgramTask } from '../holder/program-task.ts';
import { openAuthState } from './auth-state.ts';
import type { AuthState } from './auth-state.ts';
import type { HeldSession } from './public.ts';
import { watchSocket } from './watch-socket.ts';
import type { AnySocket } from './watch-socket.ts';

export type ProgramSessionParts = {
  readonly task: ProgramTask;
  readonly context: TaskContext;
  /** Resolves when the session is let go. */
  readonly gone: Promise<unknown>;
  /** Closes the store and the socket of this process. */
  readonly end: () => Promise<void>;
};

/** How often it is asked whether the session still is this process's. */
const askEveryMs = 5_000;
/** A socket that says nothing when it is ended counts as ended. */
const closeWithinMs = 5_000;
const sendWithinMs = 1_000;

type Line = {
  readonly sock: AnySocket;
  readonly allSent: () => Promise<void>;
  readonly closed: Promise<void>;
};

/** A session in the hands of a program. */
export class ProgramSession implements HeldSession {
  readonly id: string;
  readonly state: AuthenticationState;
  readonly saveCreds: () => Promise<void>;
  readonly endpoint: HeldSession['endpoint'];
  readonly proxy: string | null;
  readonly #parts: ProgramSessionParts;
  readonly #auth: AuthState;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #line: Line | undefined;
  #ending: Promise<void> | undefined;

  static async open(parts: ProgramSessionParts): Promise<ProgramSession> {
    const { session, parts: holding } = parts.context;
    const bytes = await holding.store.readCreds(session.id);
    if (!bytes) throw new NotPairedError(session.id);
    return new ProgramSession(parts, bytes);
  }

  constructor(parts: ProgramSessionParts, creds: Uint8Array) {
    const { session, parts: holding, signal } = parts.context;
    this.#parts = parts;
    this.id = session.id;
    this.endpoint = session.endpoint;
    this.proxy = session.proxy;
    const { store, recorded } = holding;
    const onFailure = (error: unknown): void => this.#must(asError(error));
    this.#auth = openAuthState({ store, sessionId: session.id, recorded, onFailure }, credsFromBytes(creds));
    this.state = this.#auth.state;
    this.saveCreds = this.#auth.saveCreds;
    signal.addEventListener('abort', () => this.#must(takenAway(this.id, signal.reason)), { once: true });
    this.#timer = setInterval(() => void this.#look(), askEveryMs).unref();
  }

  get status(): HeldSession['status'] {
    return this.#parts.context.held().status as Exclude<SessionStatus, 'connected' | `waiting_for_${string}`>;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  watch(given: WASocket): void {
    if (this.#over.signal.aborted) throw this.#over.signal.reason;
    const { task } = this.#parts;
    const sock = given as unknown as AnySocket;
    let tellClosed = (): void => undefined;
    const closed = new Promise<void>((resolve) => (tellClosed = resolve));
    const { lastHeardAt, allSent } = watchSocket(sock, this.#auth, {
      loggedIn: (identity) => unrecorded(task.loggedIn(identity)),
      closed: (close) => {
        const isOwn = this.#over.signal.aborted;
        unrecorded(task.closed(isOwn ? { reason: 'ended_here', code: null, at: close.at } : close));
        tellClosed();
      },
      message: (message) => unrecorded(task.note({ kind: 'message', message })),
      pushName: (pushName) => unrecorded(task.note({ kind: 'push_name', pushName })),
    });
    this.#line = { sock, allSent, closed };
    const ask = async (): Promise<void> => {
      await sock.query(ping, closeWithinMs).catch((cause: unknown) => {
        throw new WactlError('unreachable', 'WhatsApp did not answer', 'try again', { cause });
      });
    };
    unrecorded(task.connecting({ ask, lastHeardAt }));
  }

  close(): Promise<void> {
    return this.#end(new WactlError('not_held', `${this.id}: this program has let it go`));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The connection has to end: here, where the socket is known, else by the program. */
  #must(reason: Error): void {
    this.#stop(reason);
    if (this.#line || reason instanceof LeaseLostError) void this.#end(reason);
  }

  #stop(reason: Error): void {
    this.#auth.stop(reason);
    this.#over.abort(reason);
  }

  #end(reason: Error): Promise<void> {
    return (this.#ending ??= this.#endNow(reason));
  }

  async #endNow(reason: Error): Promise<void> {
    clearInterval(this.#timer);
    const line = this.#line;
    if (line) await within(sendWithinMs, line.allSent());
    this.#stop(reason);
    if (line) {
      // It may be closed already, and says nothing then.
      void Promise.resolve()
        .then(() => line.sock.end(asBoom(this.#over.signal.reason as Error)))
        .catch(() => undefined);
      await within(closeWithinMs, line.closed);
    }
    await this.#auth.seal(this.#over.signal.reason as Error);
    this.#parts.task.end();
    await this.#parts.gone.catch(() => undefined);
    await this.#parts.end();
  }

  async #look(): Promise<void> {
    const isHeld = await this.#parts.context.parts.isHeld().catch(() => true);
    if (!isHeld) this.#must(new LeaseLostError(this.id));
  }
}

/** What cannot be recorded of a connection does not end it. A lease that is lost does, by the signal of what is held. */
const unrecorded = (work: Promise<void>): void => void work.catch(() => undefined);

const ping = {
  tag: 'iq',
  attrs: { to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' },
  content: [{ tag: 'ping', attrs: {} }],
};

function takenAway(id: string, reason: unknown): Error {
  if (!(reason instanceof TakenAwayError)) return asError(reason);
  return reason.by === 'logout'
    ? new WactlError(
        'logged_out',
        `another command unlinks ${id} from its phone`,
        `pair it again with: wactl qr ${id}`,
      )
    : new WactlError(
        'not_held',
        `another command took ${id} offline`,
        'start this program again to bring it back',
      );
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

async function within(timeMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeMs)));
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

/**
 * What a program finds in `lastDisconnect.error`: with Baileys' own numbers, so that one that connects again after everything but a
 * logout does as it should.
 */
function asBoom(reason: Error): Error {
  const isLogout = reason instanceof WactlError && reason.code === 'logged_out';
  const statusCode = isLogout ? 401 : reason instanceof LeaseLostError ? 440 : 428;
  const payload = { statusCode, error: reason.name, message: reason.message };
  const output = { statusCode, payload, headers: {} };
  return Object.assign(new Error(reason.message, { cause: reason }), {
    isBoom: true,
    isServer: false,
    output,
  });
}
