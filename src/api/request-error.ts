import { WactlError } from '../errors.ts';
import type { RequestFault } from '../schema/request-faults.ts';

/** A request that is refused before any session is looked at. */
export class RequestError extends WactlError {
  readonly fault: RequestFault;
  /** Headers that the answer needs. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    fault: RequestFault,
    message: string,
    hint?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(fault === 'stopping' ? 'unreachable' : 'usage', message, hint);
    this.fault = fault;
    this.headers = headers;
  }
}
