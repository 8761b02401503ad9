import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { sessionStoreContract } from './session-store.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-contract-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

sessionStoreContract('memory', (now) => memoryStore(now));
sessionStoreContract('SQLite', (now) => openStore({ directory: mkdtempSync(join(parent, 'store-')), now }));
