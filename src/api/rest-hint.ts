import { wactlClient } from './client-name.ts';

/** What a hint is for: words typed in a terminal, or requests of a program. */
export type Surface = 'commands' | 'requests';

const one = '/api/v1/sessions/$1';
const id = String.raw`([^\s;,()]+)`;
const command = (words: string): RegExp => new RegExp(`\\bwactl ${words}`, 'g');

/** The request in place of each command and flag; the longer ones first. */
const requests: readonly (readonly [RegExp, string])[] = [
  [command(`update ${id} --webhook-url URL`), `PATCH ${one} {"webhook":{"url":"https://…"}}`],
  [command(`update ${id} --webhook-secret SECRET`), `PATCH ${one} {"webhook":{"secret":"…"}}`],
  [command(`connect ${id} --force`), `PATCH ${one} {"fenced":false}`],
  [command(`delete ${id} --force`), `DELETE ${one}?force=true`],
  [command(`delete ${id}`), `DELETE ${one}`],
  [command(`qr ${id}(?: --web)?`), `GET ${one}/qr`],
  [command(`passkey ${id}(?: --[a-z]+)?`), `GET ${one}/passkey`],
  [command(`pair ${id}(?: PHONE)?`), `POST ${one}/pair`],
  [command(`status ${id}`), `GET ${one}/status`],
  [command(`show ${id}`), `GET ${one}`],
  [command(`(connect|disconnect|restart|logout) ${id}(?: --detach)?`), `POST /api/v1/sessions/$2/$1`],
  [
    command(`webhook set ${id} ([a-z0-9._-]+) --webhook-url URL`),
    `PATCH ${one}/webhooks/$2 {"url":"https://…"}`,
  ],
  [command(`webhook show ${id}`), `GET ${one}/webhooks`],
  [command(`show ${id}`), `GET ${one}`],
  [command(`webhook test ${id}`), `POST ${one}/webhook/test`],
  [command(`webhook list ${id}(?: --json)?`), `GET ${one}/webhook/deliveries`],
  [command('create [^\\s;,()]+'), 'POST /api/v1/sessions'],
  [command('list'), 'GET /api/v1/sessions'],
  [/--failed, --since TIME or --event ID/g, '"failed": true, "since" or "event"'],
  [/--timeout\b/g, '?timeout_seconds=120'],
  [/--webhook-url URL/g, '"webhook":{"url":"https://…"}'],
  [/--webhook-insecure\b/g, '"insecure":true to "webhook"'],
  [/--no-webhook-proxy\b/g, '"webhook":{"via_proxy":false}'],
  [/--proxy URL/g, '"proxy":"URL"'],
];

/** What is left is typed where the server runs. */
const isForTheServer =
  /\bwactl (?:backup|config|doctor|export|import|sandbox|serve|store|token)\b|\bupdate (?:this )?wactl\b| --(?:allow-host|config-dir)\b/;

const namesPlace = /\bthere with: |\bon the server: /;

/** A hint as it is written for people at a terminal, for a program that sends requests. */
export function hintFor(surface: Surface, hint: string | undefined): string | undefined {
  if (surface === 'commands' || hint === undefined) return hint;
  const words = requests.reduce((text, [pattern, request]) => text.replaceAll(pattern, request), hint);
  const needsPlace = isForTheServer.test(words) && !namesPlace.test(words);
  return needsPlace ? `${words} (on the machine where wactl serves)` : words;
}

/** Another wactl shows the hint to the person who typed the command. */
export const surfaceOf = ({ headers }: Pick<Request, 'headers'>): Surface =>
  headers.get('user-agent') === wactlClient ? 'commands' : 'requests';
