import { parseEngineRecord } from '../schema/held-record.ts';
import { JsonFields } from '../schema/json-fields.ts';
import type { HttpClient } from './http-client.ts';
import { understood } from './http-client.ts';
import { holderPath } from './remote-holder.ts';
import type { EngineRecord } from '../domain/engine.ts';

/** The engine that runs the sessions of another wactl. */
export async function remoteEngine(http: HttpClient): Promise<EngineRecord> {
  const answer = await http.json({ method: 'GET', path: holderPath });
  return understood(() => parseEngineRecord(new JsonFields(answer).fields('engine')));
}
