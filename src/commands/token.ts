import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { parseTokenName, scopeWords, tokenScopes } from '../domain/token.ts';
import type { AccessToken, TokenScope } from '../domain/token.ts';
import { timeAgo } from '../domain/time-words.ts';
import { tokenRecord } from '../schema/token-record.ts';
import { askFirst } from './ask-first.ts';

export type TokenOptions =
  | {
      readonly action: 'create';
      readonly name: string;
      readonly scope: TokenScope;
      readonly session?: string;
    }
  | { readonly action: 'list' }
  | { readonly action: 'revoke'; readonly name: string; readonly yes: boolean };

/** `token create|list|revoke`: who may use the API of `serve`. */
export function defineToken(program: Command, run: (options: TokenOptions) => Promise<void>): void {
  const token = program
    .command('token')
    .summary('create, list and revoke tokens for clients of serve')
    .description(
      'Tokens for clients of serve, each with a name and with what it may do. A running serve knows of a change at once. ' +
        'They are made on the machine of serve, not over --server, so that a token that leaks leaves no others behind.',
    );
  token
    .command('create')
    .summary('create a token, and print it once')
    .argument('<name>', 'whose token it is, in lower-case letters, digits, ".", "_" and "-"', parseTokenName)
    .addOption(
      new Option('--scope <scope>', 'what it may do; pair and admin may also do what the ones before may')
        .choices(tokenScopes)
        .makeOptionMandatory(),
    )
    .option('--session <id>', 'only for this session: id, or a unique prefix (default: all sessions)')
    .action((name: string, flags: { scope: TokenScope; session?: string }) =>
      run({ action: 'create', name, ...flags }),
    );
  token
    .command('list')
    .summary('list the tokens, and when each was last used')
    .action(() => run({ action: 'list' }));
  token
    .command('revoke')
    .summary('revoke a token')
    .description('Revokes a token: requests with it are refused at once, and its event streams end.')
    .argument('<token>', 'name of the token')
    .option('-y, --yes', 'do not ask', false)
    .action((name: string, flags: { yes: boolean }) => run({ action: 'revoke', name, ...flags }));
}

export async function runToken(cx: Context, options: TokenOptions): Promise<void> {
  const tokens = await cx.tokens();
  switch (options.action) {
    case 'create': {
      const { name, scope, session } = options;
      const sessionId = session === undefined ? null : (await (await cx.wactl()).find(session)).id;
      const { token, record } = await tokens.create({ name, scope, sessionId });
      cx.io.say(`${name} may ${scopeWords[scope]}; for ${sessionWords(record)}`);
      cx.io.say('the token is not shown again:');
      cx.io.result({ ...tokenRecord(record), token }, () => token);
      return;
    }
    case 'list': {
      const all = await tokens.list();
      cx.io.result({ tokens: all.map(tokenRecord) }, () => (all.length === 0 ? '' : table(cx, all)));
      if (all.length === 0) cx.io.say('no tokens; create one with: wactl token create NAME --scope read');
      return;
    }
    case 'revoke': {
      const { name, yes } = options;
      await askFirst(cx, yes, `Revoke the token ${name}? Clients that use it are refused from then on.`);
      await tokens.revoke(name);
      cx.io.result({ revoked: true, name }, () => `${name}: revoked`);
    }
  }
}

const sessionWords = ({ sessionId }: AccessToken): string =>
  sessionId === null ? 'all sessions' : `${sessionId} alone`;

const table = (cx: Context, all: readonly AccessToken[]) =>
  cx.io.table(
    ['NAME', 'SCOPE', 'SESSION', 'CREATED', 'LAST USED'],
    all.map((one) => [
      one.name,
      one.scope,
      one.sessionId ?? 'all',
      moment(cx, one.createdAt),
      one.lastUsedAt ? moment(cx, one.lastUsedAt) : 'never',
    ]),
    ['SCOPE'],
  );

/** For a person how long ago, for a script when. */
const moment = (cx: Context, at: Date): string =>
  cx.io.stdoutIsTerminal ? timeAgo(at, cx.clock.now()) : at.toISOString();
