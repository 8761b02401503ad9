/** Business details of an account, as the owner has filled them in on the phone. */
export type BusinessDetails = {
  address?: string;
  email?: string;
  description?: string;
  websites: string[];
  categories: { id: string; name: string }[];
  /** Such as cart_enabled → "true"; an empty text is data. */
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

/** What the owner of an account can edit on the phone, and what others may see of it. Change it at any time. */
export type SandboxAccount = {
  pushName: string;
  /** Null: hidden. */
  about: string | null;
  /** Null: none. A url left out is made to point at the sandbox itself. */
  picture: { id: string; url?: string } | null;
  platform: 'android' | 'iphone' | 'smba' | 'smbi';
  verifiedName: string | null;
  business: BusinessDetails | null;
};

/** A personal account with a few things filled in. */
export const makeAccount = (overrides: Partial<SandboxAccount> = {}): SandboxAccount => ({
  pushName: 'Sandy Box',
  about: 'Hey there! I am using WhatsApp.',
  picture: { id: '1700000000' },
  platform: 'android',
  verifiedName: null,
  business: null,
  ...overrides,
});

/** The names of an account's fields. */
export const accountFields = [
  'pushName',
  'about',
  'picture',
  'platform',
  'verifiedName',
  'business',
] as const satisfies readonly (keyof SandboxAccount)[];
