import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import type { SessionRecords } from '../ports/store.ts';
import type { Wactl } from '../ports/wactl.ts';
import type { Feed } from '../ports/feed.ts';
import type { EventHistory } from './event-history.ts';
import type { StreamTickets } from './stream-tickets.ts';
import type { SessionDefaults } from './read-session.ts';
import type { EngineRecord } from '../domain/engine.ts';

/** The parts that the API works on. */
export type ApiParts = {
  readonly wactl: Wactl;
  readonly records: SessionRecords;
  readonly holder: Holder;
  readonly feed: Feed;
  readonly clock: Clock;
  /** Aborted when the process is about to end: nothing new is begun, streams and pairings end. */
  readonly signal: AbortSignal;
  /** The events of this process; kept from the first stream on when left out. */
  readonly history?: () => EventHistory;
  /** Aborted when the last event of this process was told, and its streams end; `signal` when left out. */
  readonly lastTold?: AbortSignal;
  /** Of this process. */
  readonly pid: number;
  readonly engine: (session?: Pick<Session, 'endpoint'>) => Promise<EngineRecord>;
  readonly maxRetries: number;
  /** Gives tickets for streams; left out where clients need no token. */
  readonly tickets?: Pick<StreamTickets, 'issue'>;
  /** The defaults of a session that is created here, as they are now. */
  readonly defaults: () => SessionDefaults;
  /** The QR as a PNG data URL; answers go without it when left out. */
  readonly qrDataUrl?: (payload: string) => Promise<string>;
  /** A pairing that a request has begun is done. */
  readonly onPaired?: (session: Session) => void;
};
