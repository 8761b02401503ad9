import { deliver } from '../delivery.ts';
import { bytesOf, child, children, server, stanza } from '../stanza.ts';
import type { Stanza } from '../stanza.ts';
import type { Phone } from '../phone.ts';
import type { Query } from './query.ts';

const appendPatch = (phone: Phone, name: string, version: number, patch: Buffer): Stanza =>
  phone.appState.append(name, version, patch)
    ? stanza('collection', { name, version: String(version + 1) })
    : stanza('collection', { name, type: 'error' }, [stanza('error', { code: '409', text: 'conflict' })]);

const answerCollection = (phone: Phone, request: Stanza): Stanza => {
  const { name = '', version: given = '0' } = request.attrs;
  const own = child(request, 'patch') ?? child(child(request, 'patches'), 'patch');
  if (own !== undefined) return appendPatch(phone, name, Number(given), bytesOf(own));
  const patches = phone.appState.patchesAfter(name, Number(given));
  const version = String(phone.appState.version(name));
  return stanza('collection', { name, version, has_more_patches: 'false' }, [
    stanza(
      'patches',
      {},
      patches.map((patch) => stanza('patch', {}, patch)),
    ),
  ]);
};

const appState: Query = {
  name: 'app_state',
  xmlns: 'w:sync:app:state',
  answer: ({ session, iq }) => {
    const { phone } = session.device;
    phone.appState.writePushName(phone.account.pushName);
    const collections = children(child(iq, 'sync'), 'collection');
    return [
      stanza(
        'sync',
        {},
        collections.map((request) => answerCollection(phone, request)),
      ),
    ];
  },
  after: ({ network, session, iq }) => {
    // The account's other devices are told what this one changed.
    const changed = children(child(iq, 'sync'), 'collection').filter(
      (one) => child(one, 'patch') !== undefined,
    );
    const { phone } = session.device;
    for (const device of changed.length === 0 ? [] : network.devicesOf(phone))
      if (device !== session.device)
        deliver(
          device,
          stanza(
            'notification',
            { from: server, type: 'server_sync', id: String(Date.now()) },
            changed.map(({ attrs: { name = '' } }) =>
              stanza('collection', { name, version: String(phone.appState.version(name)) }),
            ),
          ),
        );
  },
};

/** Settings that devices share. */
export const appStateQueries: readonly Query[] = [appState];
