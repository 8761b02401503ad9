import { UsageError } from '../errors.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { accessRecord } from '../schema/token-record.ts';
import { ticketRequestSchema } from '../schema/token-schema.ts';
import { visibleId } from './access.ts';
import { answer } from './answer.ts';
import type { Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';

/** What the client of a request may do. */
export function accessHandlers({ tickets }: Pick<ApiParts, 'tickets'>) {
  const showToken: Handler = ({ access }) => Promise.resolve(answer<'Access'>(accessRecord(access)));

  const createTicket: Handler = ({ access, body }) => {
    if (!tickets) throw new UsageError('no ticket is needed here');
    const { session } = parseBySchema(ticketRequestSchema, body);
    const sessionId = session === undefined ? access.sessionId : visibleId(access, session);
    const { ticket, expiresAt } = tickets.issue({ ...access, sessionId });
    const document = { ticket, expires_at: expiresAt.toISOString() };
    return Promise.resolve(answer<'Ticket'>(document, { status: 201 }));
  };

  return { showToken, createTicket };
}
