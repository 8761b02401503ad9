/** The purpose of a connection. */
export type ConnectGoal =
  | {
      readonly kind: 'login';
      /** Only to look or to ask: WhatsApp keeps what it has queued for this device until a login that is not passive. */
      readonly passive?: boolean;
    }
  | ({ readonly kind: 'pair_by_qr' } & PasskeyWish)
  | ({
      readonly kind: 'pair_by_code';
      /** Digits with country code. */
      readonly phone: string;
      /** 8 characters of the pairing alphabet; one is made when left out. */
      readonly code?: string;
      readonly pushNotification: boolean;
    } & PasskeyWish);

type PasskeyWish = {
  /** If the account is behind a passkey, always let the person compare the codes. */
  readonly comparesCodes?: boolean;
};

/** How a session is to be paired. */
export type PairGoal = Extract<ConnectGoal, { kind: 'pair_by_qr' | 'pair_by_code' }>;
