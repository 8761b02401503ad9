import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { sessionCredentialsContract } from './session-credentials.ts';
import { sessionRecordsContract } from './session-records.ts';
import { wholeSessionsContract } from './whole-sessions.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-contract-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

for (const contract of [sessionRecordsContract, sessionCredentialsContract, wholeSessionsContract]) {
  contract('memory', (now) => memoryStore(now));
  contract('SQLite', (now) => openStore({ directory: mkdtempSync(join(parent, 'store-')), now }));
}
