import type { OnHolderEvent } from '../ports/holder.ts';

/**
 * Counts the QRs of a pairing across its connections, each of which counts from 1: a greater `seq` says that the QRs before it
 * are not valid any more.
 */
export function numberQrs(onEvent: OnHolderEvent): OnHolderEvent {
  let before = 0;
  let latest = 0;
  return (event) => {
    if (event.kind === 'status' && event.status === 'connecting') before = latest;
    if (event.kind !== 'qr') return onEvent(event);
    latest = before + event.seq;
    onEvent({ ...event, seq: latest });
  };
}
