/**
 * The schema as a growing list of steps: step n leads from version n to n + 1. A released step never changes. Times are
 * milliseconds since 1970 (UTC), booleans are 0 and 1. A column of type BLOB holds a sealed value (seal.ts), which
 * `reseal` (reseal.ts) has to know.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT,
    status TEXT NOT NULL,
    paired INTEGER NOT NULL,
    phone_number TEXT,
    push_name TEXT,
    whatsapp_jid TEXT,
    lid TEXT,
    platform TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_connected_at INTEGER,
    last_seen_at INTEGER,
    message_count INTEGER NOT NULL,
    close_reason TEXT,
    close_code INTEGER,
    close_at INTEGER,
    webhook_url TEXT,
    webhook_events TEXT,
    webhook_secret BLOB,
    webhook_via_proxy INTEGER,
    proxy BLOB,
    endpoint_url TEXT,
    endpoint_root_key TEXT,
    wants_online INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    search_text TEXT NOT NULL
  );
  CREATE INDEX sessions_by_creation ON sessions (created_at, id);
  CREATE INDEX sessions_by_status ON sessions (status, created_at, id);

  CREATE TABLE creds (
    session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    value BLOB NOT NULL,
    written_at INTEGER NOT NULL,
    previous_value BLOB,
    previous_written_at INTEGER
  );

  CREATE TABLE keys (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (session_id, type, id)
  ) WITHOUT ROWID;

  -- The claim of a process on a session: alive as long as its socket answers. lease_id distinguishes claims.
  CREATE TABLE leases (
    session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    lease_id TEXT NOT NULL UNIQUE,
    holder_pid INTEGER NOT NULL,
    socket_path TEXT NOT NULL,
    acquired_at INTEGER NOT NULL,
    status TEXT NOT NULL
  );

  -- Webhook events in the order of seq within a session. Pending ones have a payload; of finished ones (state
  -- delivered, failed, expired) only the newest are kept, without it.
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    payload BLOB,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    attempts INTEGER NOT NULL,
    last_attempt_at INTEGER,
    last_error TEXT
  );
  CREATE INDEX outbox_by_session ON outbox (session_id, state, seq);
  CREATE INDEX outbox_by_expiry ON outbox (session_id, expires_at)
    WHERE state = 'pending' AND expires_at IS NOT NULL;

  -- The receiver of a session's webhook: its recent answers, and how many events were dropped in total.
  CREATE TABLE receivers (
    session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    url TEXT,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    next_attempt_at INTEGER,
    turned_off_at INTEGER,
    dropped INTEGER NOT NULL
  );
  `,
  `
  -- Further details of the last close.
  ALTER TABLE sessions ADD COLUMN close_detail TEXT;
  ALTER TABLE sessions ADD COLUMN close_ban_code INTEGER;
  ALTER TABLE sessions ADD COLUMN close_expires_at INTEGER;
  `,
  `
  -- Over the whole row (session-row.ts): SQLite returns flipped bits as if they were data. NULL: not written yet.
  ALTER TABLE sessions ADD COLUMN checksum INTEGER;
  -- The file that the lease was taken in: in a copy of it no process holds a session.
  ALTER TABLE leases ADD COLUMN database TEXT;
  `,
  `
  -- How long a receiver has failed and how long the next wait is, in planned waits: no clock is compared. And
  -- how long it had failed when an event was appended.
  ALTER TABLE receivers ADD COLUMN failed_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE receivers ADD COLUMN wait_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN failed_before_ms INTEGER NOT NULL DEFAULT 0;
  `,
  `ALTER TABLE sessions ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0;`,
  `
  -- Why a session must not connect, and since when.
  ALTER TABLE sessions ADD COLUMN fence_reason TEXT;
  ALTER TABLE sessions ADD COLUMN fence_at INTEGER;
  `,
  `
  -- The tokens of clients, by their SHA-256 in hexadecimal. checksum: over all that says what one may do (token-table.ts).
  CREATE TABLE tokens (
    name TEXT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    checksum INTEGER NOT NULL
  );
  `,
  `
  -- The wrapped data key (key-record.ts), once there is a secret; all secrets are sealed with it then. The copy is on another
  -- page of the file: without a data key every session would be lost.
  CREATE TABLE data_key (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
  CREATE TABLE data_key_copy (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
  `,
  `
  -- For how long every answer was that of a server with no such address (NULL: the last one was not). And when an event was
  -- finished: until some time after that it keeps its payload.
  ALTER TABLE receivers ADD COLUMN absent_ms INTEGER;
  ALTER TABLE outbox ADD COLUMN finished_at INTEGER;
  CREATE INDEX outbox_by_finish ON outbox (finished_at) WHERE payload IS NOT NULL AND finished_at IS NOT NULL;
  `,
  `ALTER TABLE sessions ADD COLUMN webhook_headers BLOB;`,
  `
  -- Several receivers a session, each with an outbox and a state of its own. An event is unique in the outbox of one receiver.
  CREATE TABLE outbox_of_receivers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event TEXT NOT NULL,
    payload BLOB,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    attempts INTEGER NOT NULL,
    last_attempt_at INTEGER,
    last_error TEXT,
    failed_before_ms INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (session_id, receiver, event_id)
  );
  INSERT INTO outbox_of_receivers
    SELECT seq, session_id, 'default', event_id, event, payload, state, created_at, expires_at, attempts, last_attempt_at,
      last_error, failed_before_ms, finished_at
    FROM outbox ORDER BY seq;
  DROP TABLE outbox;
  ALTER TABLE outbox_of_receivers RENAME TO outbox;
  CREATE INDEX outbox_by_receiver ON outbox (session_id, receiver, state, seq);
  CREATE INDEX outbox_by_expiry ON outbox (session_id, receiver, expires_at)
    WHERE state = 'pending' AND expires_at IS NOT NULL;
  CREATE INDEX outbox_by_finish ON outbox (finished_at) WHERE payload IS NOT NULL AND finished_at IS NOT NULL;

  CREATE TABLE receivers_by_name (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    url TEXT,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    failed_ms INTEGER NOT NULL,
    absent_ms INTEGER,
    next_attempt_at INTEGER,
    wait_ms INTEGER NOT NULL,
    turned_off_at INTEGER,
    dropped INTEGER NOT NULL,
    PRIMARY KEY (session_id, receiver)
  );
  INSERT INTO receivers_by_name
    SELECT session_id, 'default', url, failures, failing_since, failed_ms, absent_ms, next_attempt_at, wait_ms, turned_off_at,
      dropped
    FROM receivers;
  DROP TABLE receivers;
  ALTER TABLE receivers_by_name RENAME TO receivers;

  -- The further webhooks of a session, all in one value.
  ALTER TABLE sessions ADD COLUMN other_webhooks BLOB;
  `,
  `
  -- Which process delivers what is left for a receiver while no process holds the session, until when.
  CREATE TABLE delivery_claims (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    receiver TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    for_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, receiver)
  );
  `,
];
