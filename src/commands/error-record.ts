import type { WactlError } from '../errors.ts';

/** What became of a session that failed among several, as scripts see it. */
export const errorRecord = (id: string, { code, message, hint, exitStatus }: WactlError) => ({
  id,
  error: { code, message, hint: hint ?? null, exit_status: exitStatus },
});
