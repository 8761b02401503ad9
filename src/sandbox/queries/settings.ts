import { child, stanza, textOf } from '../stanza.ts';
import { QueryError } from './query.ts';
import type { Query } from './query.ts';

const props: Query = {
  name: 'props',
  xmlns: 'abt',
  answer: () => [
    stanza('props', { protocol: '1', hash: 'sandbox', refresh: '86400', refresh_id: '1' }, [
      stanza('prop', { config_code: '10518', config_value: '0' }),
    ]),
  ],
};

const blocklist: Query = {
  name: 'blocklist',
  xmlns: 'blocklist',
  answer: ({ iq }) => (iq.attrs['type'] === 'get' ? [stanza('list', { dhash: '0' }, [])] : []),
};

const privacyDefaults = {
  last: 'contacts',
  online: 'all',
  profile: 'all',
  status: 'all',
  readreceipts: 'all',
  groupadd: 'all',
  calladd: 'all',
  messages: 'all',
  defense: 'off',
};

const privacy: Query = {
  name: 'privacy',
  xmlns: 'privacy',
  answer: ({ iq }) => {
    if (iq.attrs['type'] !== 'get') return [];
    const categories = Object.entries(privacyDefaults);
    return [
      stanza(
        'privacy',
        {},
        categories.map(([name, value]) => stanza('category', { name, value })),
      ),
    ];
  },
};

/** GraphQL. The sandbox answers any query with an empty object. */
const mex: Query = {
  name: 'mex',
  xmlns: 'w:mex',
  answer: ({ iq }) => {
    if (textOf(child(iq, 'query')) === '') throw new QueryError(400, 'bad-request');
    return [stanza('result', {}, JSON.stringify({ data: {} }))];
  },
};

/** The media servers; there are none. */
const media: Query = {
  name: 'other',
  xmlns: 'w:m',
  answer: () => [
    stanza('media_conn', { auth: 'sandbox', auth_ttl: '86400', ttl: '3600', max_buckets: '12' }, [
      stanza('host', { hostname: 'media.sandbox.invalid' }),
    ]),
  ],
};

/** Settings of the account that the sandbox only pretends to have. */
export const settingsQueries: readonly Query[] = [props, blocklist, privacy, mex, media];
