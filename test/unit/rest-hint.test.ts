import { describe, expect, it } from 'vitest';
import { hintFor } from '../../src/api/rest-hint.ts';
import { NotPairedError } from '../../src/errors.ts';
import { error } from '../support/api-error.ts';
import { apiWorld } from '../support/fake-api.ts';
import { messages } from '../support/messages.ts';

describe('a hint over REST', () => {
  it.each([
    ['pair it with: wactl qr shop', 'pair it with: GET /api/v1/sessions/shop/qr'],
    [
      'pair it again with: wactl qr shop; or remove it with: wactl delete shop --force',
      'pair it again with: GET /api/v1/sessions/shop/qr; or remove it with: DELETE /api/v1/sessions/shop?force=true',
    ],
    [
      'finish with: wactl status shop (or remove it with: wactl delete shop)',
      'finish with: GET /api/v1/sessions/shop/status (or remove it with: DELETE /api/v1/sessions/shop)',
    ],
    ['bring it back with: wactl connect shop', 'bring it back with: POST /api/v1/sessions/shop/connect'],
    ['see them with: wactl list', 'see them with: GET /api/v1/sessions'],
    ['allow more time with --timeout', 'allow more time with ?timeout_seconds=120'],
    ['add --webhook-url URL', 'add "webhook":{"url":"https://…"}'],
    [
      'update wactl, or set the version with: wactl config set whatsapp_version 2.3000.…',
      'update wactl, or set the version with: wactl config set whatsapp_version 2.3000.… (on the machine where wactl serves)',
    ],
    ['look there with: wactl doctor', 'look there with: wactl doctor'],
    ['on the server: wactl token create NAME', 'on the server: wactl token create NAME'],
    ['try again', 'try again'],
  ])('"%s" is "%s"', (typed, asked) => {
    expect(hintFor('requests', typed)).toBe(asked);
    expect(hintFor('commands', typed)).toBe(typed);
  });

  const rooms =
    /^(?:errors|(?:app\/(?!doctor|import|export|backup|restore)|domain|holder|store\/(?!whatsmeow|copy\/copy-store)|webhooks|whatsapp\/(?!.*check))|api\/(?:app|first|guard|read-))/;
  const hints = messages().filter(({ file, kind }) => kind === 'hint' && rooms.test(file));
  it.each(hints.map(({ text }) => text))('never speaks of commands or flags for people: %s', (text) => {
    const words = hintFor('requests', text);
    expect(words?.replace(/ \(on the machine where wactl serves\)$/, '')).not.toMatch(
      /wactl (?!backup|config|doctor|export|import|passkey|sandbox|serves?|store|token|cannot|finds)[a-z]+ |--(?!advertise|allow-host|config-dir|help)/,
    );
  });

  it('is for commands when another wactl asks, which shows it to a person', async () => {
    const world = apiWorld({ restart: ({ id }) => Promise.reject(new NotPairedError(id)) });
    await world.has({ id: 'a' });
    const path = '/api/v1/sessions/a/restart';
    const hint = (text: string) => ({ body: { error: { hint: text } } });
    const program = await world.ask('POST', path);
    expect(program).toMatchObject(error('not_paired', 409));
    expect(program).toMatchObject(hint('pair it with: GET /api/v1/sessions/a/qr'));
    expect(await world.ask('POST', path, undefined, { 'user-agent': 'wactl' })).toMatchObject(
      hint('pair it with: wactl qr a'),
    );
  });
});
