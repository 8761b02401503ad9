import { expect } from 'vitest';

/** The expected answer to a refused request. */
export const error = (code: string, status: number) => ({
  status,
  body: { error: expect.objectContaining({ code }) as unknown },
});
