import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres, whyNoPostgres } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whoever connects to `ask` gets the server of this run as JSON, which is started for the first; or why there is none. */
    postgres: { readonly ask: string } | { readonly missing: string };
  }
}

/** One PostgreSQL for each run, started when the first test asks for it. Vitest's globalSetup; stops it at the end. */
export default async function offerPostgres(project: TestProject): Promise<() => Promise<void>> {
  const missing = whyNoPostgres();
  if (missing !== undefined) {
    project.provide('postgres', { missing });
    return () => Promise.resolve();
  }
  const directory = mkdtempSync(join(tmpdir(), 'wactl-ask-'));
  const ask = process.platform === 'win32' ? `\\\\.\\pipe\\${directory}` : join(directory, 'ask');
  let started: Promise<PostgresServer> | undefined;
  const desk = createServer((socket) => {
    started ??= startPostgres();
    started.then(
      ({ socketDirectory, port }) => socket.end(JSON.stringify({ socketDirectory, port })),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    );
    socket.on('error', () => undefined);
  }).listen(ask);
  await once(desk, 'listening');
  project.provide('postgres', { ask });
  return async () => {
    desk.close();
    await started?.then((server) => server.stop()).catch(() => undefined);
    rmSync(directory, { recursive: true, force: true });
  };
}
