/** What stands for a password that is not told. */
const hidden = '***';

/** The URL with whatever secret stands before its host hidden: "http://user:***@host:1", "http://***@host" for a bare token. */
export function redactUrl(url: string): string {
  // Up to the last @ before the path, so that an @ inside a password hides with it.
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/i, (_, scheme: string, userinfo: string) => {
    const colon = userinfo.indexOf(':');
    return colon === -1 ? `${scheme}${hidden}@` : `${scheme}${userinfo.slice(0, colon)}:${hidden}@`;
  });
}

/** Whether the URL is one that `redactUrl` has taken something from: it leads nowhere. */
export const hasPasswordHidden = (url: string): boolean => {
  const { username, password } = new URL(url);
  return password === hidden || (username === hidden && password === '');
};
