import { UsageError } from '../errors.ts';

/** One setting of a fault. */
type Parameter = {
  readonly type: 'number' | 'text';
  readonly required?: boolean;
  readonly allowed?: readonly (number | string)[];
  /** Of a number; 0 when left out. */
  readonly least?: number;
};

/** Describes one kind of fault. */
export type FaultKindInfo = {
  readonly summary: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** The server does not know the client yet, so `device` and `on` cannot be used. */
  readonly anonymous?: true;
};

/** The iqs that `no_answer` and `query_error` can hit, by their names in queries/. */
const queryNames = [
  'count',
  'upload',
  'digest',
  'rotate',
  'pre_keys',
  'active',
  'ping',
  'props',
  'blocklist',
  'privacy',
  'usync',
  'profile_picture',
  'business_profile',
  'app_state',
  'mex',
  'logout',
  'other',
] as const;

/** The name of a query; `other` is any query that the sandbox does not know. */
export type QueryName = (typeof queryNames)[number];

const code: Parameter = { type: 'number', required: true };
const answer: Parameter = {
  type: 'text',
  required: true,
  allowed: ['404', 'slow', 'two_revisions', 'rubbish'],
};
const query: Parameter = { type: 'text', required: true, allowed: queryNames };

/** Every fault there is, and what it takes. The CLI's help and the error messages read this table. */
export const faultKinds = {
  failure: {
    summary:
      'answers registration or login with this failure code; `ban` (101 …) and `expire` (seconds) belong to 402, ' +
      '`header` and `subtext` with 403',
    parameters: {
      code,
      ban: { type: 'number' },
      expire: { type: 'number' },
      header: { type: 'text' },
      subtext: { type: 'text' },
    },
  },
  stream_error: {
    summary:
      'ends the connection with a stream error: 515, 401 (device_removed), 440 (replaced), 503, or 500 (no code), ' +
      '`conflict` sets another conflict or none; ' +
      '`when` now: at once on all open connections, otherwise right after pair-device or login',
    parameters: {
      code,
      when: { type: 'text', allowed: ['next', 'now'] },
      conflict: { type: 'text', allowed: ['none', 'device_removed', 'replaced'] },
    },
  },
  stream_end: {
    summary: 'ends the connection with xmlstreamend; `when` as for stream_error',
    parameters: { when: { type: 'text', allowed: ['next', 'now'] } },
  },
  silence: {
    summary: 'stops sending but keeps the connection open; `when` as for stream_error',
    parameters: { when: { type: 'text', allowed: ['next', 'now'] } },
  },
  service_worker: {
    summary:
      'answers /sw.js, where clients look up the version of WhatsApp Web, with 404, slowly or with unusable text',
    parameters: { answer },
    anonymous: true,
  },
  front_page: {
    summary: 'does the same for /, where clients look second',
    parameters: { answer },
    anonymous: true,
  },
  forged_root: { summary: 'signs the certificate chain with another root', anonymous: true },
  forged_leaf: { summary: 'signs the server key with another intermediate', anonymous: true },
  expired_certificate: {
    summary: 'shows a correctly signed certificate chain that expired a year ago',
    anonymous: true,
  },
  forged_account_signature: { summary: 'signs the account signature in pair-success with another key' },
  bad_hmac: { summary: 'sends a wrong HMAC in pair-success' },
  bad_jid: {
    summary: 'names the device by this jid in pair-success (empty: names none)',
    parameters: { jid: { type: 'text', required: true } },
  },
  stall_upgrade: { summary: 'accepts TCP and never answers the WebSocket upgrade', anonymous: true },
  stall_hello: { summary: 'never answers the client hello', anonymous: true },
  stall_login: { summary: 'never answers the client payload' },
  stall_pair_device: { summary: 'never sends the refs' },
  http_status: {
    summary: 'answers the WebSocket upgrade with this HTTP status (403, 503)',
    parameters: { code },
    anonymous: true,
  },
  endless_offline: {
    summary: 'never says that the offline backlog is complete, and marks live stanzas with offline="0"',
  },
  delay: {
    summary: 'sends every stanza this many milliseconds late',
    parameters: { ms: { type: 'number', required: true } },
  },
  drop: {
    summary: 'cuts TCP at stanza number `at`, counting those received (default) or sent',
    parameters: {
      at: { type: 'number', required: true, least: 1 },
      direction: { type: 'text', allowed: ['received', 'sent'] },
    },
  },
  no_answer: { summary: 'leaves this query unanswered', parameters: { query } },
  query_error: { summary: 'answers this query with an error', parameters: { query, code } },
  passkey: {
    summary:
      'asks for the passkey of the account after the QR was scanned or the code typed; `flaw` no_options: without saying for ' +
      'what, second_request: asks again instead of going on, short_nonce: the phone sends 31 bytes, other_code: the ' +
      'phone shows another code, no_continuation and no_link: it goes silent before the codes and after them',
    parameters: {
      flaw: {
        type: 'text',
        allowed: ['no_options', 'second_request', 'short_nonce', 'other_code', 'no_continuation', 'no_link'],
      },
    },
  },
  reg_refresh: {
    summary:
      'answers the next scans (`count`, default 1) by asking the device for a new secret, and so for a new QR; ' +
      'asks a device that pairs by code while it is being linked',
    parameters: {
      count: { type: 'number', least: 1 },
      form: { type: 'text', allowed: ['companion_reg_refresh', 'pair-device-rotate-qr'] },
    },
  },
  second_pair_device: { summary: 'sends new refs as soon as the first ones are answered' },
  early_success: { summary: 'says success before the device is linked' },
  code_refused: {
    summary:
      'answers the request for a pairing code with this error (400 403 404 429 452 500); `backoff`: the seconds ' +
      'that the device is asked to wait',
    parameters: { code, backoff: { type: 'number', least: 1 } },
  },
  refresh_code: {
    summary:
      'makes the device show another code when one is typed (`count` times, default 1), in the form refresh_code, manual ' +
      '(force_manual_refresh) or empty',
    parameters: {
      count: { type: 'number', least: 1 },
      form: { type: 'text', allowed: ['refresh_code', 'manual', 'empty'] },
    },
  },
  late_first_sync: {
    summary: 'sends the keys, name and history of the phone this many milliseconds after the first login',
    parameters: { ms: { type: 'number', required: true } },
  },
  no_first_sync: { summary: 'sends the keys, name and history of the phone only at a later login' },
  no_lid: { summary: 'names the lid only at login, not in pair-success' },
  no_restart: { summary: 'does not send 515 after pair-device-sign' },
} as const satisfies Readonly<Record<string, FaultKindInfo>>;

/** The conflict that a stream error names. */
export type Conflict = 'none' | 'device_removed' | 'replaced';

/** The name of a fault. */
export type FaultKind = keyof typeof faultKinds;

/**
 * An ordered fault. It hits the next `times` connections (default 1) that reach its point; `device` ("15550100001:1" or
 * a phone number) and `on` narrow that down.
 */
export type Fault = {
  readonly kind: FaultKind;
  readonly times?: number;
  readonly device?: string;
  readonly on?: 'registration' | 'login';
  readonly code?: number;
  readonly ban?: number;
  readonly expire?: number;
  readonly header?: string;
  readonly subtext?: string;
  readonly conflict?: Conflict;
  readonly answer?: '404' | 'slow' | 'two_revisions' | 'rubbish';
  readonly ms?: number;
  readonly at?: number;
  readonly direction?: 'received' | 'sent';
  readonly when?: 'next' | 'now';
  readonly query?: QueryName;
  readonly count?: number;
  readonly form?: string;
  readonly backoff?: number;
  readonly jid?: string;
  readonly flaw?:
    'no_options' | 'second_request' | 'short_nonce' | 'other_code' | 'no_continuation' | 'no_link';
};

const times: Parameter = { type: 'number', least: 1 };

const common: Readonly<Record<string, Parameter>> = {
  times,
  device: { type: 'text' },
  on: { type: 'text', allowed: ['registration', 'login'] },
};

const describe = ({ type, least }: Parameter): string =>
  least === undefined ? type : `${type} from ${least}`;

const checkParameter = (kind: string, name: string, parameter: Parameter, value: unknown): void => {
  const fits =
    parameter.type === 'number'
      ? Number.isSafeInteger(value) && Number(value) >= (parameter.least ?? 0)
      : typeof value === 'string';
  if (!fits) throw new UsageError(`fault ${kind}: ${name} must be a ${describe(parameter)}`);
  if (parameter.allowed !== undefined && !parameter.allowed.includes(value as string))
    throw new UsageError(`fault ${kind}: ${name} must be one of ${parameter.allowed.join(', ')}`);
};

/** Checks a fault from outside. Throws a UsageError that names the allowed values. */
export function parseFault(input: unknown): Fault {
  if (typeof input !== 'object' || input === null || !('kind' in input))
    throw new UsageError('a fault must be an object with a kind');
  const kind = String(input.kind);
  if (!Object.hasOwn(faultKinds, kind))
    throw new UsageError(`unknown fault "${kind}"`, `the kinds are: ${Object.keys(faultKinds).join(', ')}`);
  const info: FaultKindInfo = faultKinds[kind as FaultKind];
  const own = info.parameters ?? {};
  const allowed: Readonly<Record<string, Parameter>> = info.anonymous
    ? { times, ...own }
    : { ...common, ...own };
  const given = Object.entries(input).filter(([name, value]) => name !== 'kind' && value !== undefined);
  for (const [name, value] of given) {
    const parameter = allowed[name];
    if (parameter === undefined)
      throw new UsageError(
        `fault ${kind} does not take ${name}`,
        `it takes: ${Object.keys(allowed).join(', ')}`,
      );
    checkParameter(kind, name, parameter, value);
  }
  for (const [name, parameter] of Object.entries(own))
    if (parameter.required && !given.some(([one]) => one === name))
      throw new UsageError(`fault ${kind} needs ${name}`);
  return { kind: kind as FaultKind, ...Object.fromEntries(given) };
}
