import type { SandboxEvent } from './event-log.ts';

/** An event in words for a person; undefined for events that only tests need. */
export function sentenceOf(event: SandboxEvent): string | undefined {
  switch (event.kind) {
    case 'refs_sent':
      return 'a new device asks to be linked: show its QR code to the phone, or type its code';
    case 'refused':
      return `a client was refused: ${event.reason}${event.code === null ? '' : ` (${event.code})`}`;
    case 'phone_refused':
      return event.reason;
    case 'scanned':
      return `the phone ${event.phone} scanned a QR code`;
    case 'code_requested':
      return `a device asks to be linked to ${event.phone} by code`;
    case 'wrong_code':
      return `a wrong code was typed on the phone ${event.phone}`;
    case 'passkey_requested':
      return `the phone ${event.phone} asks for a passkey`;
    case 'passkey_refused':
      return `the passkey was not accepted: ${event.reason}`;
    case 'passkey_code':
      return `the phone shows the code ${event.code.slice(0, 4)}-${event.code.slice(4)}`;
    case 'paired':
      return `${event.jid} is linked`;
    case 'logged_in':
      return `${event.jid} logged in`;
    case 'message_received':
      return `${event.jid} sent a message to ${event.to}`;
    case 'unlinked':
      return event.by === 'phone' ? `the phone unlinked ${event.jid}` : `${event.jid} logged out`;
    case 'connection_closed':
      return event.jid === null ? undefined : `${event.jid} disconnected`;
    case 'fault':
      return `fault: ${event.fault}`;
    default:
      return undefined;
  }
}
