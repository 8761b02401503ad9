import type { Holder } from '../../src/ports/holder.ts';
import { unexpected } from './unexpected.ts';

/** A holder of no sessions. `methods` are those that the test expects to be called. */
export const fakeHolder = (methods: Partial<Holder> = {}): Holder => ({
  pair: () => unexpected('holder.pair'),
  check: () => unexpected('holder.check'),
  keepOnline: () => unexpected('holder.keepOnline'),
  bringOnline: () => unexpected('holder.bringOnline'),
  answerPasskey: () => unexpected('holder.answerPasskey'),
  confirmPasskey: () => unexpected('holder.confirmPasskey'),
  disconnect: () => unexpected('holder.disconnect'),
  restart: () => unexpected('holder.restart'),
  logout: () => unexpected('holder.logout'),
  remove: () => unexpected('holder.remove'),
  held: () => Promise.resolve(null),
  engine: () => Promise.resolve(null),
  refreshWebhook: () => Promise.resolve(),
  follow: (_session, _options, onEvent) => Promise.resolve(onEvent({ kind: 'released' })),
  heldStatuses: () => Promise.resolve(new Map()),
  ...methods,
});
