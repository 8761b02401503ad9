import { connectRequestSchema } from '../schema/action-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { sessionRecord } from '../schema/session-record.ts';
import { statusReportDocument } from '../schema/status-report.ts';
import type { ActionResult, StatusReport } from '../domain/held.ts';
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

  const reported = ({ id, query, asked }: ApiRequest): Promise<StatusReport> =>
    wactl.status(id, { ...limits({ query, signal: asked }), offline: query.flag('offline', false) });

  const sessionStatus: Handler = async (request) =>
    answer<'Status'>(statusReportDocument(await reported(request)));

  const statusWithSession: Handler = async (request) => {
    const report = await reported(request);
    const { session } = report;
    const status = statusReportDocument(report);
    return answer<'StatusWithSession'>({
      status,
      session: sessionRecord(session),
      unconfirmed: session.unconfirmed,
    });
  };

  const connectSession: Handler = async (request) => {
    const { max_retries: retries = maxRetries } = parseBySchema(connectRequestSchema, request.body);
    return done(await wactl.connect(request.id, { ...limits(request), maxRetries: retries }));
  };

  const disconnectSession: Handler = async (request) =>
    done(await wactl.disconnect(request.id, limits(request)));

  const restartSession: Handler = async (request) => done(await wactl.restart(request.id, limits(request)));

  const logoutSession: Handler = async (request) => done(await wactl.logout(request.id, limits(request)));

  return {
    sessionStatus,
    statusWithSession,
    connectSession,
    disconnectSession,
    restartSession,
    logoutSession,
  };
}
