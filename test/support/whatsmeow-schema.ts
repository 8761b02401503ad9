/** What a schema of whatsmeow's sqlstore adds to the one before it (store/sqlstore/upgrades, August 2026). Schema 15 is the latest. */
type Step = { readonly version: number; readonly sql: string };

const [key, signature] = [32, 64].map(
  (length) =>
    (name: string, isNeeded = true) =>
      `${name} bytea ${isNeeded ? 'NOT NULL ' : ''}CHECK (length(${name}) = ${String(length)})`,
) as [(name: string, isNeeded?: boolean) => string, (name: string) => string];
const id = (name: string): string => `${name} INTEGER CHECK (${name} >= 0 AND ${name} < 16777216)`;
const owned = (owner: string): string =>
  `FOREIGN KEY (${owner}) REFERENCES whatsmeow_device(jid) ON DELETE CASCADE ON UPDATE CASCADE`;

const steps: readonly Step[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE whatsmeow_device (
        jid TEXT PRIMARY KEY,
        registration_id BIGINT NOT NULL CHECK (registration_id >= 0 AND registration_id < 4294967296),
        ${key('noise_key')}, ${key('identity_key')}, ${key('signed_pre_key')},
        signed_pre_key_id INTEGER NOT NULL CHECK (signed_pre_key_id >= 0 AND signed_pre_key_id < 16777216),
        ${signature('signed_pre_key_sig')},
        adv_key bytea NOT NULL, adv_details bytea NOT NULL,
        ${signature('adv_account_sig')}, ${signature('adv_device_sig')},
        platform TEXT NOT NULL DEFAULT '', business_name TEXT NOT NULL DEFAULT '', push_name TEXT NOT NULL DEFAULT '');
      CREATE TABLE whatsmeow_identity_keys (our_jid TEXT, their_id TEXT, ${key('identity')},
        PRIMARY KEY (our_jid, their_id), ${owned('our_jid')});
      CREATE TABLE whatsmeow_pre_keys (jid TEXT, ${id('key_id')}, ${key('key')}, uploaded BOOLEAN NOT NULL,
        PRIMARY KEY (jid, key_id), ${owned('jid')});
      CREATE TABLE whatsmeow_sessions (our_jid TEXT, their_id TEXT, session bytea,
        PRIMARY KEY (our_jid, their_id), ${owned('our_jid')});
      CREATE TABLE whatsmeow_sender_keys (our_jid TEXT, chat_id TEXT, sender_id TEXT, sender_key bytea NOT NULL,
        PRIMARY KEY (our_jid, chat_id, sender_id), ${owned('our_jid')});
      CREATE TABLE whatsmeow_app_state_sync_keys (jid TEXT, key_id bytea, key_data bytea NOT NULL,
        timestamp BIGINT NOT NULL, fingerprint bytea NOT NULL, PRIMARY KEY (jid, key_id), ${owned('jid')});
      CREATE TABLE whatsmeow_app_state_version (jid TEXT, name TEXT, version BIGINT NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 128), PRIMARY KEY (jid, name), ${owned('jid')});
      CREATE TABLE whatsmeow_app_state_mutation_macs (jid TEXT, name TEXT, version BIGINT,
        ${key('index_mac', false)}, ${key('value_mac')}, PRIMARY KEY (jid, name, version, index_mac),
        FOREIGN KEY (jid, name) REFERENCES whatsmeow_app_state_version(jid, name) ON DELETE CASCADE ON UPDATE CASCADE);
      CREATE TABLE whatsmeow_contacts (our_jid TEXT, their_jid TEXT, first_name TEXT, full_name TEXT, push_name TEXT,
        business_name TEXT, PRIMARY KEY (our_jid, their_jid), ${owned('our_jid')});
      CREATE TABLE whatsmeow_chat_settings (our_jid TEXT, chat_jid TEXT, muted_until BIGINT NOT NULL DEFAULT 0,
        pinned BOOLEAN NOT NULL DEFAULT false, archived BOOLEAN NOT NULL DEFAULT false,
        PRIMARY KEY (our_jid, chat_jid), ${owned('our_jid')});`,
  },
  { version: 2, sql: `ALTER TABLE whatsmeow_device ADD COLUMN ${key('adv_account_sig_key', false)};` },
  {
    version: 3,
    sql: `CREATE TABLE whatsmeow_message_secrets (our_jid TEXT, chat_jid TEXT, sender_jid TEXT, message_id TEXT,
      key bytea NOT NULL, PRIMARY KEY (our_jid, chat_jid, sender_jid, message_id), ${owned('our_jid')});`,
  },
  {
    version: 4,
    sql: `CREATE TABLE whatsmeow_privacy_tokens (our_jid TEXT, their_jid TEXT, token bytea NOT NULL,
      timestamp BIGINT NOT NULL, PRIMARY KEY (our_jid, their_jid));`,
  },
  // It writes the jids of devices in another way.
  { version: 5, sql: '' },
  { version: 6, sql: 'ALTER TABLE whatsmeow_device ADD COLUMN facebook_uuid uuid;' },
  { version: 7, sql: 'ALTER TABLE whatsmeow_device ADD COLUMN lid TEXT;' },
  { version: 8, sql: 'CREATE TABLE whatsmeow_lid_map (lid TEXT PRIMARY KEY, pn TEXT UNIQUE NOT NULL);' },
  {
    version: 9,
    sql: `CREATE TABLE whatsmeow_event_buffer (our_jid TEXT NOT NULL, ${key('ciphertext_hash')}, plaintext bytea,
      server_timestamp BIGINT NOT NULL, insert_timestamp BIGINT NOT NULL, PRIMARY KEY (our_jid, ciphertext_hash),
      ${owned('our_jid')});`,
  },
  { version: 10, sql: 'ALTER TABLE whatsmeow_device ADD COLUMN lid_migration_ts BIGINT NOT NULL DEFAULT 0;' },
  { version: 11, sql: 'ALTER TABLE whatsmeow_contacts ADD COLUMN redacted_phone TEXT;' },
  {
    version: 12,
    sql: `ALTER TABLE whatsmeow_privacy_tokens ADD COLUMN sender_timestamp BIGINT;
      CREATE INDEX idx_whatsmeow_privacy_tokens_our_jid_timestamp ON whatsmeow_privacy_tokens (our_jid, timestamp);`,
  },
  {
    version: 13,
    sql: `CREATE TABLE whatsmeow_retry_buffer (our_jid TEXT NOT NULL, chat_jid TEXT NOT NULL, message_id TEXT NOT NULL,
      format TEXT NOT NULL, plaintext bytea NOT NULL, timestamp BIGINT NOT NULL,
      PRIMARY KEY (our_jid, chat_jid, message_id), ${owned('our_jid')});
      CREATE INDEX whatsmeow_retry_buffer_timestamp_idx ON whatsmeow_retry_buffer (our_jid, timestamp);`,
  },
  {
    version: 14,
    sql: `CREATE TABLE whatsmeow_nct_salt (our_jid TEXT PRIMARY KEY, salt bytea NOT NULL, ${owned('our_jid')});`,
  },
  {
    version: 15,
    sql: `ALTER TABLE whatsmeow_device ADD COLUMN companion_meta_nonce TEXT NOT NULL DEFAULT '';`,
  },
];

/** Which schema a program must know to use this one; before the column `compat` came, none said so. */
const needs = (version: number): number => (version >= 8 ? 8 : version);

export const whatsmeowSchema = (version: number): string =>
  [
    ...steps.filter((step) => step.version <= version).map(({ sql }) => sql),
    version >= 8
      ? `CREATE TABLE whatsmeow_version (version INTEGER, compat INTEGER);
         INSERT INTO whatsmeow_version VALUES (${String(version)}, ${String(needs(version))});`
      : `CREATE TABLE whatsmeow_version (version INTEGER); INSERT INTO whatsmeow_version VALUES (${String(version)});`,
  ].join('\n');
