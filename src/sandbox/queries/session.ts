import type { Query } from './query.ts';

const active: Query = {
  name: 'active',
  xmlns: 'passive',
  type: 'set',
  answer: () => [],
  after: ({ session }) => session.activate(),
};

const ping: Query = { name: 'ping', xmlns: 'w:p', answer: () => [] };

/** The connection itself. */
export const sessionQueries: readonly Query[] = [active, ping];
