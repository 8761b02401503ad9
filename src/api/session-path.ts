export const sessionsPath = '/api/v1/sessions';
export const sessionPath = (id: string): string => `${sessionsPath}/${encodeURIComponent(id)}`;

/** Who holds it, in the process that is asked. */
export const holderPath = (id: string): string => `${sessionPath(id)}/holder`;

/** Its status, with its record. */
export const statusPath = (id: string, parameters: Readonly<Record<string, string>>): string =>
  `${sessionPath(id)}/status/session${search(parameters)}`;

/** "?a=1&b=2", or nothing. */
export function search(parameters: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(parameters).toString();
  return text === '' ? '' : `?${text}`;
}

/** How long the other side may take, where that is limited. */
export const timeoutOf = ({
  timeoutMs,
}: {
  readonly timeoutMs?: number;
}): { readonly timeout_seconds?: string } =>
  timeoutMs === undefined ? {} : { timeout_seconds: String(timeoutMs / 1000) };
