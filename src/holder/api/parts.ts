import type { Clock } from '../../session/clock.ts';
import type { Holder } from '../../session/holder.ts';
import type { EngineRecord } from '../../session/session-record.ts';
import type { Session } from '../../session/session.ts';
import type { SessionRecords } from '../../session/session-store.ts';
import type { WebhookControl } from '../../session/webhook-control.ts';
import type { Feed } from '../feed.ts';
import type { SessionDefaults } from './read-session.ts';

/** What the API works on. */
export type ApiParts = {
  readonly records: SessionRecords;
  readonly holder: Holder;
  readonly webhooks: WebhookControl;
  readonly feed: Feed;
  readonly clock: Clock;
  /** Aborted when the process is about to end: nothing new is begun, streams and pairings end. */
  readonly signal: AbortSignal;
  /** Of this process. */
  readonly pid: number;
  readonly engine: (session?: Pick<Session, 'endpoint'>) => Promise<EngineRecord>;
  readonly maxRetries: number;
  /** What a session made here gets where nothing is said. */
  readonly defaults: SessionDefaults;
  /** The QR as a PNG data URL; answers go without it when left out. */
  readonly qrDataUrl?: (payload: string) => Promise<string>;
  /** A pairing that a request has begun is done. */
  readonly onPaired?: (session: Session) => void;
};
