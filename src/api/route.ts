import type { TokenScope } from '../domain/token.ts';
import type { DocumentName } from '../schema/document-schemas.ts';
import type { ParameterSchema } from '../schema/query-schemas.ts';

/** One thing the API can do. Routing, the allowed parameters and /openapi.json are read from it. */
export type Route = {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** `{id}` stands for the session, `{name}` for one of its webhooks. */
  readonly path: string;
  readonly summary: string;
  /** What the token of a client must at least be for. */
  readonly scope: TokenScope;
  /** Where the path has no session: whether a token of one session may use it, for that session. */
  readonly isForOneToo?: boolean;
  /** For the processes of one machine, which ask each other; not in /openapi.json. */
  readonly isInternal?: boolean;
  /** Whatever its method says. */
  readonly changesNothing?: boolean;
  readonly query?: Readonly<Record<string, ParameterSchema>>;
  readonly body?: DocumentName;
  /** By HTTP status; one of them where there are several. */
  readonly answers: Readonly<Record<number, DocumentName | readonly DocumentName[]>>;
  /** Answers with a stream of events, each of which is an `Event`. */
  readonly streams?: true;
};

/** The path of one session. */
export const one = '/api/v1/sessions/{id}';
