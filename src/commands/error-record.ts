import type { WactlError } from '../errors.ts';
import { errorRecord as record } from '../schema/error-record.ts';

/** The JSON of one session that failed among several. */
export const errorRecord = (id: string, error: WactlError) => ({ id, ...record(error) });
