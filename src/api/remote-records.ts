import { WactlError } from '../errors.ts';
import type { NewSessionBody, SessionChangeBody } from '../schema/new-session-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { sessionListSchema, sessionOf } from '../schema/session-schema.ts';
import { hiddenSecret, wholeSessionOf, wholeSessionSchema } from '../schema/whole-session-schema.ts';
import { isRedacted } from '../domain/redact.ts';
import type { Session, Webhook } from '../domain/session.ts';
import type { SessionPage, SessionQuery, SessionRecords } from '../ports/store.ts';
import { isInsecureWebhook } from '../domain/webhook.ts';
import type { HttpClient } from './http-client.ts';
import { understood } from './http-client.ts';
import type { SessionPatch } from '../domain/session-change.ts';

const sessionsPath = '/api/v1/sessions';
export const sessionPath = (id: string): string => `${sessionsPath}/${encodeURIComponent(id)}`;

/** The records that another wactl keeps. For the fields that it does not send, see `wholeSessionOf`. */
export function remoteRecords(http: HttpClient): SessionRecords {
  const get = async (id: string): Promise<Session | undefined> => {
    try {
      const record = await http.json({ method: 'GET', path: sessionPath(id) });
      return wholeSessionOf(understood(() => parseBySchema(wholeSessionSchema, record)));
    } catch (error) {
      if (error instanceof WactlError && error.code === 'not_found') return undefined;
      throw error;
    }
  };
  const page = async (parameters: Readonly<Record<string, string>>): Promise<SessionPage> => {
    const path = `${sessionsPath}?${new URLSearchParams(parameters).toString()}`;
    const answer = await http.json({ method: 'GET', path });
    const { sessions, total } = understood(() => parseBySchema(sessionListSchema, answer));
    return { sessions: sessions.map(sessionOf), total };
  };
  return {
    get,
    async create({ id, name, webhook, proxy }) {
      const body: NewSessionBody = {
        id,
        connect: false,
        ...(name === null ? {} : { name }),
        ...(webhook === null ? {} : { webhook: webhookBody(webhook) }),
        ...(proxy === null ? {} : { proxy }),
      };
      await http.json({ method: 'POST', path: sessionsPath, body });
      return (await get(id)) ?? gone(id);
    },
    async idsWithPrefix(prefix, limit) {
      const { sessions } = await page({ id_prefix: prefix, per_page: String(limit) });
      return sessions.map(({ id }) => id);
    },
    list: ({ statuses = [], search, page: number, perPage }: SessionQuery) =>
      page({
        ...(statuses.length === 0 ? {} : { status: statuses.join(',') }),
        ...(search === undefined ? {} : { search }),
        page: String(number),
        per_page: String(perPage),
      }),
    async update(id, patch) {
      await http.json({ method: 'PATCH', path: sessionPath(id), body: patchBody(patch) });
      return (await get(id)) ?? gone(id);
    },
    async remove(id, { evenLinked = false } = {}) {
      const condition = evenLinked ? 'unlink=false' : 'only_unlinked=true';
      try {
        await http.json({ method: 'DELETE', path: `${sessionPath(id)}?${condition}` });
        return true;
      } catch (error) {
        if (error instanceof WactlError && ['not_found', 'in_use'].includes(error.code)) return false;
        throw error;
      }
    },
  };
}

function patchBody({ name, webhook, proxy, wantsOnline, ...others }: SessionPatch): SessionChangeBody {
  const [kept] = Object.keys(others);
  // Only the process that holds a session knows these.
  if (kept !== undefined)
    throw new Error(`${kept} can be changed only by the process that holds the session`);
  return {
    ...(name === undefined ? {} : { name }),
    ...(webhook === undefined ? {} : { webhook: webhook && webhookBody(webhook) }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(wantsOnline === undefined ? {} : { wants_online: wantsOnline }),
  };
}

/** Hidden values stay unchanged: a secret, an address with a password or a query. */
const webhookBody = ({ url, events, secret, viaProxy }: Webhook) => ({
  ...(isRedacted(url) ? {} : { url }),
  // The person who set it has agreed.
  ...(isInsecureWebhook(url) ? { insecure: true } : {}),
  events: [...events],
  via_proxy: viaProxy,
  ...(secret === hiddenSecret ? {} : { secret }),
});

function gone(id: string): never {
  throw new WactlError('not_found', `${id} was deleted meanwhile`);
}
