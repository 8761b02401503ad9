import type { Access } from '../domain/token.ts';
import type { Query } from './read-query.ts';
import type { Surface } from './rest-hint.ts';

/** A request that has been let in, as handlers see it. */
export type ApiRequest = {
  /** The session in the path; empty where there is none. */
  readonly id: string;
  /** The webhook in the path; empty where there is none. */
  readonly name: string;
  readonly query: Query;
  /** What the client may do, as far as the route does not say. */
  readonly access: Access;
  /** As it came; an empty object where there is none. */
  readonly body: unknown;
  /** Aborted when the process is about to end. Of this request, like `asked`; its answer may outlast both. */
  readonly signal: AbortSignal;
  /** Aborted then, and when the client has gone. */
  readonly asked: AbortSignal;
  /** Aborted when the client that asks or reads the answer has gone. */
  readonly gone: AbortSignal;
  /** Whether the token of the request is still good: an answer that takes long may outlast it. */
  readonly mayGoOn: () => Promise<boolean>;
  /** What the hints of failures speak of. */
  readonly surface: Surface;
  /** The id of the last event that a reader of a stream has had, when it comes back. */
  readonly lastEventId: string | null;
};

export type Handler = (request: ApiRequest) => Promise<Response>;
