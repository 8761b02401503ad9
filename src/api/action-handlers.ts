import { connectRequestSchema } from '../schema/action-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { sessionRecord } from '../schema/session-record.ts';
import { statusReportDocument } from '../schema/status-report.ts';
import type { ActionResult } from '../domain/held.ts';
import type { CallOptions } from '../ports/wactl.ts';
import { answer } from './answer.ts';
import type { ApiRequest, Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';

/** How long a request waits when it does not say. */
const defaultTimeoutMs = 30_000;

/** Actions on sessions. A started action is finished even if the client no longer waits for the answer. */
export function actionHandlers({ wactl, maxRetries }: ApiParts) {
  const limits = ({ query, signal }: Pick<ApiRequest, 'query' | 'signal'>): CallOptions => ({
    signal,
    timeoutMs: query.timeoutMs() ?? defaultTimeoutMs,
  });
  const done = ({ id, status, details }: ActionResult): Response =>
    answer<'ActionResult'>({ id, status, details });

  const sessionStatus: Handler = async ({ id, query, asked }) => {
    const offline = query.flag('offline', false);
    const report = await wactl.status(id, { ...limits({ query, signal: asked }), offline });
    const status = statusReportDocument(report);
    const { session } = report;
    return answer<'Status' | 'StatusWithSession'>(
      query.flag('with_session', false)
        ? { status, session: sessionRecord(session), unconfirmed: session.unconfirmed }
        : status,
    );
  };

  const connectSession: Handler = async (request) => {
    const { max_retries: retries = maxRetries } = parseBySchema(connectRequestSchema, request.body);
    return done(await wactl.connect(request.id, { ...limits(request), maxRetries: retries }));
  };

  const disconnectSession: Handler = async (request) =>
    done(await wactl.disconnect(request.id, limits(request)));

  const restartSession: Handler = async (request) => done(await wactl.restart(request.id, limits(request)));

  const logoutSession: Handler = async (request) => done(await wactl.logout(request.id, limits(request)));

  return { sessionStatus, connectSession, disconnectSession, restartSession, logoutSession };
}
