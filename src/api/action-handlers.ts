import { connectRequestSchema } from '../schema/action-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { liveStatusDocument, storedStatusDocument } from '../schema/status-document.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Handler } from './api-request.ts';
import { connectAndWait } from './connect-and-wait.ts';
import type { ApiParts } from './parts.ts';
import { sessionAt } from './record-handlers.ts';
import type { ActionResult } from '../domain/held.ts';

/** How long a request waits when it does not say. */
const defaultTimeoutMs = 30_000;

/** Actions on sessions. A started action is finished even if the client no longer waits for the answer. */
export function actionHandlers({ records, holder, clock, maxRetries }: ApiParts) {
  const answer = ({ id, status, details }: ActionResult): Response => Response.json({ id, status, details });

  const sessionStatus: Handler = async ({ id, query, asked }) => {
    const session = await sessionAt(records, id);
    if (query.flag('offline', false)) return Response.json(storedStatusDocument(session));
    const timeoutMs = query.timeoutMs() ?? defaultTimeoutMs;
    const live = await holder.check(session, { signal: asked, timeoutMs });
    return Response.json(liveStatusDocument(live));
  };

  const connectSession: Handler = async ({ id, query, body, signal }) => {
    const { max_retries: retries = maxRetries } = parseBySchema(connectRequestSchema, body);
    const session = await sessionAt(records, id);
    const timeoutMs = query.timeoutMs() ?? defaultTimeoutMs;
    const wanted = mayBeLinked(session) ? await records.update(id, { wantsOnline: true }) : session;
    return answer(await connectAndWait(holder, wanted, { clock, signal, timeoutMs, maxRetries: retries }));
  };

  const disconnectSession: Handler = async ({ id, query, signal }) => {
    await sessionAt(records, id);
    const session = await records.update(id, { wantsOnline: false });
    return answer(
      await holder.disconnect(session, { signal, timeoutMs: query.timeoutMs() ?? defaultTimeoutMs }),
    );
  };

  const restartSession: Handler = async ({ id, query, signal }) => {
    const session = await sessionAt(records, id);
    return answer(
      await holder.restart(session, { signal, timeoutMs: query.timeoutMs() ?? defaultTimeoutMs }),
    );
  };

  const logoutSession: Handler = async ({ id, query, signal }) => {
    const session = await sessionAt(records, id);
    return answer(await holder.logout(session, { signal, timeoutMs: query.timeoutMs() ?? defaultTimeoutMs }));
  };

  return { sessionStatus, connectSession, disconnectSession, restartSession, logoutSession };
}
