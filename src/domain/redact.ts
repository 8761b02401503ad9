/** Placeholder for a hidden secret. */
const hidden = '***';

/**
 * The URL with possible secrets hidden: all of the query and the fragment, and the password or token before the host:
 * "http://user:***@host:1/path?***", "http://***@host" for a bare token.
 */
export function redactUrl(url: string): string {
  // Up to the last @ before the path, so that an @ inside a password hides with it.
  return url
    .replace(/([?#])[^]+$/, `$1${hidden}`)
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/i, (_, scheme: string, userinfo: string) => {
      const colon = userinfo.indexOf(':');
      return colon === -1 ? `${scheme}${hidden}@` : `${scheme}${userinfo.slice(0, colon)}:${hidden}@`;
    });
}

/** Whether `redactUrl` has hidden a part of the URL, so that it cannot be used. */
export const isRedacted = (url: string): boolean => {
  const { username, password, search, hash } = new URL(url);
  const isPasswordHidden = password === hidden || (username === hidden && password === '');
  return isPasswordHidden || search === `?${hidden}` || hash === `#${hidden}`;
};
