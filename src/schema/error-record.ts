import type { WactlError } from '../errors.ts';
import type { ErrorDocument } from './error-schema.ts';

/** A failure as scripts see it; a contract. */
export const errorRecord = ({ code, message, hint, exitStatus }: WactlError): ErrorDocument => ({
  error: { code, message, hint: hint ?? null, exit_status: exitStatus },
});
