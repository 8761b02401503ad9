import * as v from 'valibot';
import { tokenScopes } from '../domain/token.ts';
import { object, oneOf, requestBody, text, time } from './field-schemas.ts';

/** What the token of a request may do. */
export const accessSchema = object({
  name: v.pipe(text, v.description('WACTL_TOKEN for the token of the environment or of this run.')),
  scope: oneOf(tokenScopes),
  session: v.pipe(v.nullable(text), v.description('The one session that it is for; null: all.')),
});

export type AccessRecord = v.InferInput<typeof accessSchema>;

/** The body of a request for a ticket. */
export const ticketRequestSchema = requestBody({
  session: v.exactOptional(v.pipe(text, v.description('The ticket is for this session only.'))),
});

/** What opens one stream, in the place of a token. */
export const ticketSchema = object({ ticket: text, expires_at: time });
