import { expect } from 'vitest';

/** What the answer to a request that was refused is to match. */
export const error = (code: string, status: number) => ({
  status,
  body: { error: expect.objectContaining({ code }) as unknown },
});
