import { describeOnPostgres, emptiedStores } from '../support/postgres.ts';
import { sessionCredentialsContract } from './session-credentials.ts';
import { sessionRecordsContract } from './session-records.ts';
import { deliveryClaimsContract } from './delivery-claims.ts';
import { leasesContract } from './leases.ts';
import { outboxContract } from './outbox.ts';
import { tokensContract } from './tokens.ts';
import { wholeSessionsContract } from './whole-sessions.ts';

describeOnPostgres('the store', () => {
  const { make, sql } = emptiedStores();
  for (const contract of [sessionRecordsContract, sessionCredentialsContract, wholeSessionsContract])
    contract('PostgreSQL', make);
  deliveryClaimsContract('PostgreSQL', make, {
    pass: (ms) => sql(`UPDATE wactl.delivery_claims SET until = until - ${String(ms)}`),
    momentMs: 600_000,
  });
  leasesContract('PostgreSQL', make);
  outboxContract('PostgreSQL', make);
  tokensContract('PostgreSQL', make);
});
