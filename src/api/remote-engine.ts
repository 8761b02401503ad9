import { engineOf } from '../schema/engine-schema.ts';
import { processSchema } from '../schema/held-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import type { HttpClient } from './http-client.ts';
import { understood } from './http-client.ts';
import { holderPath } from './remote-holder.ts';
import type { EngineRecord } from '../domain/engine.ts';

/** The engine that runs the sessions of another wactl. */
export async function remoteEngine(http: HttpClient): Promise<EngineRecord> {
  const answer = await http.json({ method: 'GET', path: holderPath });
  return engineOf(understood(() => parseBySchema(processSchema, answer)).engine);
}
