import { UsageError } from '../errors.ts';

/** Business details of an account, as its owner filled them in on the phone. */
export type BusinessDetails = {
  address?: string;
  email?: string;
  description?: string;
  websites: string[];
  categories: { id: string; name: string }[];
  /** Such as cart_enabled → "true"; an empty text counts as data. */
  options: Record<string, string>;
  hours?: { timezone: string; days: BusinessDay[] };
};

/** One day of the business hours; times in minutes after midnight. */
type BusinessDay = {
  day: 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat';
  mode: 'open_24h' | 'specific_hours' | 'appointment_only';
  openTime?: number;
  closeTime?: number;
};

/** The parts of an account that its owner can edit on the phone and others may see. They may change at any time. */
export type SandboxAccount = {
  pushName: string;
  /** Null: hidden. */
  about: string | null;
  /** Null: none. Without a url, the picture is served by the sandbox itself. */
  picture: { id: string; url?: string } | null;
  platform: 'android' | 'iphone' | 'smba' | 'smbi';
  verifiedName: string | null;
  business: BusinessDetails | null;
  /** Whether it asks for its passkey before it links a device. */
  passkey: boolean;
};

/** A personal account with a few things filled in. */
export const makeAccount = (overrides: Partial<SandboxAccount> = {}): SandboxAccount => ({
  pushName: 'Sandy Box',
  about: 'Hey there! I am using WhatsApp.',
  picture: { id: '1700000000' },
  platform: 'android',
  verifiedName: null,
  business: null,
  passkey: false,
  ...overrides,
});

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

const isPicture = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && 'id' in value && isText(value.id));

const isBusiness = (value: unknown): boolean => {
  if (value === null) return true;
  const { websites, categories, options } = Object(value) as Partial<BusinessDetails>;
  return Array.isArray(websites) && Array.isArray(categories) && typeof options === 'object';
};

const checks: { readonly [F in keyof SandboxAccount]: (value: unknown) => boolean } = {
  pushName: isText,
  about: isTextOrNull,
  picture: isPicture,
  platform: (value) => ['android', 'iphone', 'smba', 'smbi'].includes(String(value)),
  verifiedName: isTextOrNull,
  business: isBusiness,
  passkey: (value) => typeof value === 'boolean',
};

/** Changes an account by an order from outside. Throws a UsageError that names the fields of an account. */
export function changeAccount(account: SandboxAccount, changes: object): void {
  const known: Readonly<Record<string, (value: unknown) => boolean>> = checks;
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(known, name))
      throw new UsageError(
        `unknown account field "${name}"`,
        `the fields are: ${Object.keys(checks).join(', ')}`,
      );
    if (known[name]?.(value) !== true) throw new UsageError(`invalid value for the account field "${name}"`);
  }
  Object.assign(account, changes);
}
