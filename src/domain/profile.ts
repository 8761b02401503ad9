/** The live profile of a logged-in account, with the fields that WhatsApp gives. */
export type Profile = {
  readonly phone: string;
  /** Account jid without device, "15551234567@s.whatsapp.net". */
  readonly whatsappJid: string;
  readonly pushName?: string;
  readonly businessName?: string;
  readonly businessProfile?: BusinessProfile;
  readonly profilePictureId?: string;
  readonly profilePictureUrl?: string;
  readonly verifiedName?: string;
  readonly about?: string;
  readonly website?: string;
};

export type BusinessProfile = {
  readonly businessHoursTimezone?: string;
  readonly categories?: readonly { readonly id: string; readonly name: string }[];
  /** An empty string is data here. */
  readonly profileOptions?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly email?: string;
};
