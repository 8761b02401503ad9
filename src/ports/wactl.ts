import type { ReplaySelection } from '../domain/delivery.ts';
import type { EngineRecord } from '../domain/engine.ts';
import type { ActionResult, Held, StatusReport } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { NewSession } from '../domain/session-change.ts';
import type { WebhookChange } from '../domain/webhook.ts';
import type { WactlError } from '../errors.ts';
import type {
  DeliveriesRecord,
  ReplayRecord,
  TestRecord,
  WebhookRecord,
  WebhooksRecord,
} from '../schema/delivery-schema.ts';
import type { ShownPasskeyCode } from '../domain/connection-event.ts';
import type { PasskeyRecord } from '../schema/passkey-schema.ts';
import type { DeviceRecord } from '../schema/device-schema.ts';
import type { HoldOptions, KeepOptions, OnHolderEvent } from './holder.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import type { SessionPage, SessionQuery } from './store.ts';

/** How a call can end early; `timeoutMs` limits all of it. */
export type CallOptions = HoldOptions;

/** A session to create. */
export type SessionDraft = Omit<NewSession, 'id'> & {
  /** Derived from the name, or random, when undefined. */
  readonly id: string | undefined;
};

export type ListQuery = Omit<SessionQuery, 'live'> & {
  /** Only sessions whose id begins so, at most `perPage` of them; everything else but that is ignored. */
  readonly idPrefix?: string | undefined;
};

export type ShowOptions = CallOptions & {
  /** The id may be the beginning of one. */
  readonly isPrefix?: boolean;
};

/** All that is known about a session without asking WhatsApp. */
export type SessionView = {
  /** As stored. */
  readonly session: Session;
  /** The process that holds it; null when none does, or when that process does not answer. */
  readonly held: Held | null;
  /** Of the process that holds it, else of the process that was asked. */
  readonly engine: EngineRecord;
  /** Why the process that holds it could not be asked (`in_use`). */
  readonly unanswered: WactlError | null;
};

export type StatusOptions = CallOptions & {
  /** Read the store instead of asking WhatsApp. */
  readonly offline?: boolean;
  /** Wait until the session has this status, for `timeoutMs` at most. */
  readonly until?: SessionStatus;
};

export type DeleteOptions = CallOptions & {
  /** False: WhatsApp is not asked, and the phone may still list the device. */
  readonly unlink?: boolean;
  /** If WhatsApp cannot unlink the device, delete the session all the same. */
  readonly force?: boolean;
  /** Delete only a session that no process holds and no phone may list; throw `in_use` for any other. */
  readonly onlyUnlinked?: boolean;
};

export type Deleted = {
  readonly id: string;
  /** Why the phone may still list the device; null when it does not. */
  readonly notUnlinked: WactlError | null;
};

/** Fields to change; a field left out stays as it is. */
export type SessionChange = {
  /** Null removes it. */
  readonly name?: string | null;
  /** Applied to the webhook that there is; a `url` of null removes it. */
  readonly webhook?: WebhookChange;
  readonly proxy?: string | null;
  readonly wantsOnline?: boolean;
  /** Lets a fenced session connect again. */
  readonly fence?: null;
};

export type UpdateOptions = CallOptions & {
  /** Resolve to the record with its live status; over HTTP always so. */
  readonly live?: boolean;
};

export type WebhookOptions = CallOptions & {
  /** Which of its webhooks; "default" when left out. */
  readonly name?: string | undefined;
};

export type PairOptions = CallOptions & {
  /** Limits the question whether it is logged in already. */
  readonly checkTimeoutMs?: number;
  /** Called when it is not, and the pairing begins. */
  readonly onBegin?: () => void;
  /** In a process that stays: keeps the session online afterwards, on the connection that logged it in. */
  readonly stayOnline?: { readonly maxRetries: number };
};

export type Paired = {
  readonly session: Session;
  /** It was logged in already: nothing was done, and no event reported. */
  readonly already: boolean;
};

/**
 * What wactl can do with sessions: the use cases that commands and the REST API share. Two implementations: the sessions
 * of this machine (`src/app/here.ts`), and those of another wactl over HTTP (`src/api/remote-wactl.ts`).
 *
 * An `id` is a whole id; only `find` and, if asked to, `show` take the beginning of one. Each method that takes an id
 * throws `not_found`. All throw WactlError, or the signal's reason when it is aborted. Over HTTP each is one request,
 * except where it says so, and a started action is finished even if the caller has gone.
 */
export interface Wactl {
  /** The session with this id, or the only one whose id begins so. Throws `usage` (empty), `not_found`, `ambiguous_id`. */
  find(given: string): Promise<Session>;
  /** Sessions as stored, with the live status of those that a process holds. Does not ask WhatsApp. */
  list(query: ListQuery): Promise<SessionPage>;
  /** The running `serve`s that share the sessions. Throws UsageError where they are one machine's alone. */
  hosts(): Promise<readonly ServingHost[]>;
  /**
   * Creates a session, unpaired. Throws `usage` for an id or an address that cannot be, and `already_exists`: after
   * finishing the pairing of the session that is there, if that was cut short.
   */
  create(draft: SessionDraft, options: CallOptions): Promise<Session>;
  show(id: string, options: ShowOptions): Promise<SessionView>;
  /** The phone that it is linked to, and as which device. Throws `store_damaged`, `not_paired`. */
  device(id: string): Promise<DeviceRecord>;
  /**
   * Whether it is logged in. Being unreachable or logged out is an answer, not a failure. With `until`, when the time is
   * up: the last answer of WhatsApp, or a new one if it was never asked.
   */
  status(id: string, options: StatusOptions): Promise<StatusReport>;
  /** The request for a passkey that it waits with. Throws UsageError when it waits for none. */
  passkey(id: string, options: CallOptions): Promise<PasskeyRecord>;
  /** See `Holder.answerPasskey`. */
  answerPasskey(id: string, assertion: string, options: CallOptions): Promise<ShownPasskeyCode>;
  /** See `Holder.confirmPasskey`. */
  confirmPasskey(id: string, options: CallOptions): Promise<ActionResult>;
  /**
   * Puts the session online in a process that stays (a server, not a command) and stores that it should be online.
   * Resolves to `logged_in`, or to the status reached when the time is up; the process goes on trying. Throws the
   * final close.
   */
  connect(id: string, options: KeepOptions): Promise<ActionResult>;
  /**
   * Stores that it should be online, and keeps it so in this process; over HTTP makes the server do that, and follows it
   * (two requests). Resolves when a command takes it offline, or at once when another process keeps it online. Throws
   * `store_damaged`, `not_paired`, the final close, or the signal's reason.
   */
  keepOnline(id: string, options: KeepOptions, onEvent: OnHolderEvent): Promise<ActionResult>;
  /** Takes it offline, and stores that it should be offline; its credentials stay. */
  disconnect(id: string, options: CallOptions): Promise<ActionResult>;
  /** Closes its connection and opens a new one. */
  restart(id: string, options: CallOptions): Promise<ActionResult>;
  /** Unlinks the device from its phone and erases its credentials; the record stays. */
  logout(id: string, options: CallOptions): Promise<ActionResult>;
  /** Unlinks the device and removes everything stored for it. */
  delete(id: string, options: DeleteOptions): Promise<Deleted>;
  /** Changes the record; a changed webhook or proxy is used at once. Resolves to the record. Throws `usage`. */
  update(id: string, change: SessionChange, options: UpdateOptions): Promise<Session>;
  /**
   * Pairs, and continues until WhatsApp has logged the new device in; see `Holder.pair`. First asks WhatsApp whether the
   * session is logged in already: then it changes nothing. Throws the close when WhatsApp cannot be asked and the phone
   * may list the device.
   */
  pair(id: string, goal: PairGoal, options: PairOptions, onEvent: OnHolderEvent): Promise<Paired>;
  /** All webhooks that the session's events go to, and how each is doing. */
  webhooks(id: string): Promise<WebhooksRecord>;
  /**
   * Adds the webhook of this name, or changes the one that there is; it is used at once. "default" is `SessionChange.webhook`. Throws
   * `usage`, `not_found`.
   */
  setWebhook(id: string, name: string, change: WebhookChange, options: CallOptions): Promise<WebhookRecord>;
  /** Removes it with everything that waits for it. Throws `not_found`. */
  removeWebhook(id: string, name: string, options: CallOptions): Promise<void>;
  /** At most `limit` finished and `limit` pending deliveries of the webhook `name` ("default" when left out). */
  deliveries(id: string, limit: number, name?: string): Promise<DeliveriesRecord>;
  /** Sends a `webhook.test` event at once; see `WebhookControl.test`. */
  testWebhook(id: string, options: WebhookOptions): Promise<TestRecord>;
  /** Sends finished events again; see `WebhookControl.replay`. Throws UsageError when nothing is chosen. */
  replayWebhook(id: string, which: ReplaySelection, options: WebhookOptions): Promise<ReplayRecord>;
}
