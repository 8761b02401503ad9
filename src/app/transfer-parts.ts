import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import type { SessionStore } from '../ports/store.ts';
import type { KeptKey } from '../ports/data-key.ts';
import type { PortableSettings } from '../ports/settings.ts';
import type { AccessTokens } from '../ports/tokens.ts';
import type { SessionFiles } from '../ports/transfer.ts';

/** What the use cases of files work on. */
export type TransferParts = {
  readonly store: () => Promise<Pick<SessionStore, 'get' | 'list' | 'update' | 'readWhole' | 'putWhole'>>;
  readonly holder: () => Promise<Pick<Holder, 'disconnect' | 'held'>>;
  readonly leaseOf: (id: string) => Promise<Lease | undefined>;
  readonly tokens: () => Promise<Pick<AccessTokens, 'listKept'>>;
  readonly settings: PortableSettings;
  /** How the sessions are sealed; null before the first secret. */
  readonly keyFacts: () => Promise<KeptKey | null>;
  readonly files: SessionFiles;
  readonly clock: Clock;
};
