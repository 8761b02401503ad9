import { WactlError } from '../errors.ts';

/** The phone refuses to link, with a reason for the person. */
export class PhoneRefusedError extends WactlError {
  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super('pairing_refused', `the phone says: ${message}`, hint, options);
  }
}
