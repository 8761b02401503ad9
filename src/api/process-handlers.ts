import { sessionAt } from '../app/find-session.ts';
import { heldRecord } from '../schema/held-record.ts';
import { hostsRecord } from '../schema/hosts-record.ts';
import { engineRecord } from '../schema/session-record.ts';
import { shownTo } from './access.ts';
import { answer } from './answer.ts';
import type { Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';

/** What the processes of a machine ask each other: who holds what, and how that is going. */
export function processHandlers(parts: ApiParts) {
  const { records, holder, wactl } = parts;

  const showHolder: Handler = async ({ id, access, signal }) => {
    const session = await sessionAt(records, id);
    const [held, engine] = await Promise.all([
      holder.held(session, { signal }),
      holder.engine(session, { signal }),
    ]);
    return answer<'Holder'>({
      held: held && heldRecord(shownTo(access, held)),
      engine: engine && engineRecord(engine),
    });
  };

  const showProcess: Handler = async () => {
    const [engine, held] = await Promise.all([parts.engine(), holder.heldStatuses()]);
    return answer<'Process'>({
      pid: parts.pid,
      engine: engineRecord(engine),
      held: Object.fromEntries(held),
    });
  };

  const lookAtWebhook: Handler = async ({ id, signal }) => {
    await holder.refreshWebhook(await sessionAt(records, id), { signal });
    return answer<'Looked'>({ id });
  };

  const listHosts: Handler = async () => answer<'Hosts'>(hostsRecord(await wactl.hosts()));

  return { showHolder, showProcess, lookAtWebhook, listHosts };
}
