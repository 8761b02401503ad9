import { describeOnPostgres, emptiedStores } from '../support/postgres.ts';
import { sessionCredentialsContract } from './session-credentials.ts';
import { sessionRecordsContract } from './session-records.ts';
import { leasesContract } from './leases.ts';
import { tokensContract } from './tokens.ts';

describeOnPostgres('the store', () => {
  const make = emptiedStores();
  for (const contract of [sessionRecordsContract, sessionCredentialsContract]) contract('PostgreSQL', make);
  leasesContract('PostgreSQL', make);
  tokensContract('PostgreSQL', make);
});
