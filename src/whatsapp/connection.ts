import type { ConnectRequest, Connection } from '../ports/whatsapp.ts';
import { ruleOf } from '../domain/close-table.ts';
import type { Close } from '../domain/close.ts';
import { UsageError, WactlError } from '../errors.ts';
import { versionWords } from './client-version.ts';
import type { ClientVersions } from './client-version.ts';
import { loadCredentials, newCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { usingSocket } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { Deadlines } from './deadlines.ts';
import { Ending, endingOf } from './ending.ts';
import type { EngineLog, OnEngineError } from './engine-log.ts';
import { outsideScope } from './patches/engine-scope.ts';
import { onFirstSync } from './first-sync.ts';
import { identityOf } from './identity.ts';
import { logIn, startWork } from './login.ts';
import { unlink } from './logout.ts';
import { pair } from './pairing.ts';
import type { PasskeyCeremony } from './passkey-ceremony.ts';
import { markUploaded } from './pre-keys.ts';
import type { PreKeyBatch } from './pre-keys.ts';
import { readProfile } from './profile.ts';
import { replaceSignedPreKeyWhenOld } from './signed-pre-keys.ts';
import { holdNothingBack, forwardIncoming } from './incoming-events.ts';
import type { ConnectionEvent } from '../domain/connection-event.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { Profile } from '../domain/profile.ts';
import type { Turns } from '../domain/turns.ts';

/** The parts that all connections of an engine share. */
export type EngineParts = {
  readonly deadlines: Deadlines;
  readonly log: EngineLog | undefined;
  readonly onError: OnEngineError;
  readonly versions: ClientVersions;
  readonly turns: Turns;
};

/** The connection for one request. The port documents its guarantees. */
export class LiveConnection implements Connection {
  readonly closed: Promise<Close>;
  readonly #engine: EngineParts;
  readonly #request: ConnectRequest;
  readonly #tell: (event: ConnectionEvent) => void;
  readonly #abort = new AbortController();
  #tellSynced: () => void = () => undefined;
  readonly synced = new Promise<void>((resolve) => (this.#tellSynced = resolve));
  #endHere: (ending: Ending) => void = () => undefined;
  readonly #endedHere = new Promise<Ending>((resolve) => (this.#endHere = resolve));
  #storeError: WactlError | undefined;
  /** The attempt that is logged in. */
  #live: Attempt | undefined;
  #ceremony: PasskeyCeremony | undefined;
  /** Of the previous attempt. */
  #heardAt: Date | null = null;

  constructor(engine: EngineParts, request: ConnectRequest, onEvent: (event: ConnectionEvent) => void) {
    this.#engine = engine;
    this.#request = request;
    this.#tell = (event) => outsideScope(() => this.#guarded(() => onEvent(event)));
    this.closed = this.#run();
    this.closed.catch(() => undefined);
  }

  get lastHeardAt(): Date | null {
    return this.#live?.socket.heardAt ?? this.#heardAt;
  }

  async close(): Promise<void> {
    this.#end(new Ending('ended_here'));
    await this.closed.catch(() => undefined);
  }

  async profile(signal?: AbortSignal): Promise<Profile> {
    return readProfile(this.#loggedIn(), this.#engine.deadlines.profileMs, signal);
  }

  async logout(signal?: AbortSignal): Promise<void> {
    await unlink(this.#loggedIn(), this.#engine.deadlines.queryMs, signal);
    this.#end(new Ending('ended_here'));
    await this.closed;
  }

  answerPasskey(assertion: string): void {
    this.#pairing().answer(assertion);
  }

  confirmPasskey(): void {
    this.#pairing().confirm();
  }

  #pairing(): PasskeyCeremony {
    if (this.#ceremony) return this.#ceremony;
    throw new UsageError('this session is not being paired', 'pair it with: wactl qr ID');
  }

  #loggedIn(): Attempt {
    if (this.#live) return this.#live;
    throw new WactlError('unreachable', 'not logged in', 'connect it first with: wactl connect ID');
  }

  /** A listener that throws does not interrupt the connection. */
  #guarded(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      const words = `a listener failed: ${error instanceof Error ? error.message : String(error)}`;
      this.#engine.log?.('error', words);
      this.#engine.onError(words);
    }
  }

  #end(ending: Ending): void {
    this.#endHere(ending);
    this.#abort.abort(ending);
  }

  async #run(): Promise<Close> {
    let credentials: Credentials | undefined;
    let ending: Ending;
    try {
      credentials = await this.#openCredentials();
      const { goal } = this.#request;
      const fresh = goal.kind === 'login' ? undefined : await this.#pair(credentials, goal);
      ending = await this.#stayLoggedIn(credentials, fresh);
    } catch (error) {
      if (error instanceof WactlError) throw error;
      ending = endingOf(error, 'connecting');
    } finally {
      this.#abort.abort(new Ending('ended_here'));
      await credentials?.seal();
    }
    if (this.#storeError) throw this.#storeError;
    return this.#closeOf(ending);
  }

  #closeOf(ending: Ending): Close {
    const { reason, code, details } = ending;
    const { versions } = this.#engine;
    const told = ruleOf(ending).isVersionSuspect
      ? { detail: versionWords(versions.of(this.#request.session), new Date()) }
      : {};
    return { reason, code, at: new Date(), ...told, ...details };
  }

  async #openCredentials(): Promise<Credentials> {
    const { session, goal, credentials: store, recorded } = this.#request;
    const home = {
      store,
      sessionId: session.id,
      recorded,
      outside: outsideScope,
      onFailure: this.#onStoreFailure,
    };
    if (goal.kind !== 'login') return newCredentials(home);
    const credentials = await loadCredentials(home);
    if (!credentials) throw new Ending('logged_out');
    return credentials;
  }

  readonly #onStoreFailure = (error: unknown): void => {
    this.#storeError ??= storeError(error);
    this.#end(new Ending('ended_here', null, { cause: error }));
  };

  async #pair(credentials: Credentials, goal: PairGoal): Promise<PreKeyBatch> {
    const startedAt = Date.now();
    await this.#engine.versions.ready(this.#request.session, this.#abort.signal);
    const spentMs = Date.now() - startedAt;
    const keeping = {
      expect: credentials.expectPairing,
      commit: (preKeys: PreKeyBatch) => this.#commit(credentials, preKeys),
    };
    const onCeremony = (ceremony: PasskeyCeremony): void => void (this.#ceremony = ceremony);
    return this.#usingSocket(credentials, (attempt) => pair(attempt, goal, keeping, onCeremony), spentMs);
  }

  async #commit(credentials: Credentials, preKeys: PreKeyBatch): Promise<void> {
    const { creds } = credentials;
    markUploaded(creds, preKeys);
    await credentials.commit(preKeys.changes).catch((cause: unknown) => {
      const { code, message, hint } = storeError(cause);
      const nothing = 'so the pairing was refused, and the phone lists no new device';
      throw new WactlError(code, `${message}, ${nothing}`, hint, { cause });
    });
    this.#tell({ kind: 'paired', identity: identityOf(creds) });
  }

  async #stayLoggedIn(credentials: Credentials, fresh: PreKeyBatch | undefined): Promise<Ending> {
    return this.#usingSocket(credentials, async (attempt) => {
      const { socket } = attempt;
      forwardIncoming(attempt, credentials);
      onFirstSync(attempt, this.#tellSynced);
      const { goal } = this.#request;
      const isPassive = goal.kind === 'login' && goal.passive === true;
      await logIn(attempt, fresh, isPassive);
      const identity = identityOf(credentials.creds);
      socket.phase = 'live';
      this.#live = attempt;
      // The caller now records the login; both are one commit then.
      credentials.writes.flush().catch(() => undefined);
      this.#tell({ kind: 'logged_in', identity });
      if (!isPassive) {
        startWork(socket);
        holdNothingBack(attempt);
        replaceSignedPreKeyWhenOld(socket, credentials).catch((error: unknown) =>
          socket.sock.onUnexpectedError(error as Error, 'signed pre-key'),
        );
      }
      return Promise.race([socket.ended, this.#endedHere]);
    }).finally(() => {
      this.#heardAt = this.lastHeardAt;
      this.#live = undefined;
    });
  }

  /** `spentMs`: the part of the time for connecting that is already used. */
  #usingSocket<T>(credentials: Credentials, work: (attempt: Attempt) => Promise<T>, spentMs = 0): Promise<T> {
    const engine = this.#engine;
    const request = this.#request;
    const { version } = engine.versions.of(request.session);
    const connectingMs = Math.max(engine.deadlines.connectingMs - spentMs, engine.deadlines.connectingMs / 2);
    const deadlines = { ...engine.deadlines, connectingMs };
    const { signal } = this.#abort;
    return usingSocket(
      { ...engine, deadlines, version, request, emit: this.#tell, endedHere: this.#endedHere, signal },
      credentials,
      work,
    );
  }
}

const storeError = (error: unknown): WactlError =>
  error instanceof WactlError
    ? error
    : new WactlError('internal', 'the store failed', undefined, { cause: error });
