import type { WactlError } from '../errors.ts';

/** The JSON of one session that failed among several. */
export const errorRecord = (id: string, { code, message, hint, exitStatus }: WactlError) => ({
  id,
  error: { code, message, hint: hint ?? null, exit_status: exitStatus },
});
