/** Faults of a request itself, with their HTTP statuses. Answers have these codes besides those of errors.ts. */
export const requestFaults = {
  unauthorized: 401,
  forbidden: 403,
  no_such_route: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  stopping: 503,
} as const;

export type RequestFault = keyof typeof requestFaults;
