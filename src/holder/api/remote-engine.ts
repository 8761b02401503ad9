import { parseEngineRecord } from '../../session/held-record.ts';
import { JsonFields } from '../../session/json-fields.ts';
import type { EngineRecord } from '../../session/session-record.ts';
import type { HttpClient } from './http-client.ts';
import { understood } from './http-client.ts';
import { holderPath } from './remote-holder.ts';

/** What runs the sessions of another wactl. */
export async function remoteEngine(http: HttpClient): Promise<EngineRecord> {
  const answer = await http.json({ method: 'GET', path: holderPath });
  return understood(() => parseEngineRecord(new JsonFields(answer).fields('engine')));
}
