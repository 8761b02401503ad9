import { JsonFields } from '../../session/json-fields.ts';
import type { EngineRecord } from '../../session/session-record.ts';
import type { HttpClient } from './http-client.ts';
import { understood } from './http-client.ts';
import { holderPath } from './remote-holder.ts';

/** What runs the sessions of another wactl. */
export async function remoteEngine(http: HttpClient): Promise<EngineRecord> {
  const answer = await http.json({ method: 'GET', path: holderPath });
  return understood(() => {
    const engine = new JsonFields(answer).fields('engine');
    return {
      name: engine.text('name'),
      version: engine.text('version'),
      whatsappVersion: engine.text('whatsapp_version'),
      uptimeSeconds: engine.number('uptime_seconds'),
      rssBytes: engine.number('rss_bytes'),
    };
  });
}
