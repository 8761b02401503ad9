import { UsageError } from '../errors.ts';

/** For a place that was named as one with sessions. */
export const noSessions = (where: string): UsageError =>
  new UsageError(
    `there are no sessions in ${where}`,
    'name a config directory, or the address of a PostgreSQL',
  );
