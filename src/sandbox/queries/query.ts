import type { QueryName } from '../faults.ts';
import type { DeviceSession } from '../device-session.ts';
import type { Network } from '../network.ts';
import type { Stanza } from '../stanza.ts';

/** The subject of a query. */
export type QueryContext = {
  readonly network: Network;
  readonly session: DeviceSession;
  readonly iq: Stanza;
};

/** A query that the server understands. `answer` returns the content of the result, or throws QueryError. */
export type Query = {
  readonly name: QueryName;
  /** Namespace, iq type and first child that pick it. */
  readonly xmlns: string;
  readonly type?: 'get' | 'set';
  readonly child?: string;
  answer(context: QueryContext): readonly Stanza[];
  /** Runs after the answer is sent. */
  after?(context: QueryContext): void;
};

/** An iq of type error: 404 item-not-found, 401 not-authorized. */
export class QueryError extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.name = 'QueryError';
    this.code = code;
  }
}
