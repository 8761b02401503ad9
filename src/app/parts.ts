import type { EngineRecord } from '../domain/engine.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Hosts } from '../ports/hosts.ts';
import type { SessionRecords } from '../ports/store.ts';
import type { WebhookControl } from '../ports/webhook-control.ts';

/** What the use cases work on. Costly parts are functions, so that a part is loaded only when a use case needs it. */
export type AppParts = {
  readonly records: () => Promise<SessionRecords>;
  readonly holder: () => Promise<Holder>;
  /** That of the holder: quick, without loading a holder, where another process has the session. */
  readonly check: Holder['check'];
  /** The statuses that running holders report: quick, without loading a holder. */
  readonly heldStatuses: () => Promise<ReadonlyMap<string, SessionStatus>>;
  /** The machines of sessions that are held on another one, by session. */
  readonly elsewhere: () => Promise<ReadonlyMap<string, string>>;
  /** Those that share the store; undefined where it is this machine's alone. */
  readonly hosts: () => Promise<Hosts | undefined>;
  /** Whether a process has a lease on the session, be it alive or dead: quick, without loading a holder. */
  readonly isLeased: (id: string) => Promise<boolean>;
  readonly webhooks: () => Promise<WebhookControl>;
  /** What would run this session in this process. */
  readonly engine: (session: Pick<Session, 'endpoint'>) => Promise<EngineRecord>;
  readonly clock: Clock;
};
