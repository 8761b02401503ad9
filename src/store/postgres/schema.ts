/**
 * The schema as a growing list of steps: step n leads from version n to n + 1. A released step never changes. Everything is in the
 * schema `wactl`, and is named with it: no setting of a connection is relied on. The columns are those of SQLite, so that a row and
 * its checksum are the same in both: times are milliseconds since 1970 (UTC), booleans 0 and 1, and BYTEA is a sealed value
 * (seal.ts). Text is sorted by its bytes, whatever the database does by itself.
 */
export const steps: readonly string[] = [
  `
  CREATE TABLE wactl.sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT,
    status TEXT NOT NULL,
    paired BIGINT NOT NULL,
    unconfirmed BIGINT NOT NULL,
    phone_number TEXT,
    push_name TEXT,
    whatsapp_jid TEXT,
    lid TEXT,
    platform TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_connected_at BIGINT,
    last_seen_at BIGINT,
    message_count BIGINT NOT NULL,
    close_reason TEXT,
    close_code BIGINT,
    close_at BIGINT,
    close_detail TEXT,
    close_ban_code BIGINT,
    close_expires_at BIGINT,
    webhook_url TEXT,
    webhook_events TEXT,
    webhook_secret BYTEA,
    webhook_headers BYTEA,
    webhook_via_proxy BIGINT,
    other_webhooks BYTEA,
    proxy BYTEA,
    endpoint_url TEXT,
    endpoint_root_key TEXT,
    wants_online BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    fence_reason TEXT,
    fence_at BIGINT,
    search_text TEXT COLLATE "C" NOT NULL,
    checksum BIGINT
  );
  CREATE INDEX sessions_by_creation ON wactl.sessions (created_at, id);
  CREATE INDEX sessions_by_status ON wactl.sessions (status, created_at, id);

  CREATE TABLE wactl.creds (
    session_id TEXT COLLATE "C" PRIMARY KEY REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    value BYTEA NOT NULL,
    written_at BIGINT NOT NULL,
    previous_value BYTEA,
    previous_written_at BIGINT
  );

  CREATE TABLE wactl.keys (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (session_id, type, id)
  );

  -- The claim of a process on a session, until expires_at by the clock of the server. Of two claims on a session the later one has
  -- the greater epoch. host: the machine, as people call it, and what distinguishes it from others.
  CREATE SEQUENCE wactl.epochs;
  CREATE TABLE wactl.leases (
    session_id TEXT COLLATE "C" PRIMARY KEY REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    lease_id TEXT COLLATE "C" NOT NULL UNIQUE,
    epoch BIGINT NOT NULL DEFAULT nextval('wactl.epochs'),
    host_id TEXT COLLATE "C" NOT NULL,
    host_name TEXT NOT NULL,
    holder_pid BIGINT NOT NULL,
    socket_path TEXT NOT NULL,
    acquired_at BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL
  );

  -- The tokens of clients, by their SHA-256 in hexadecimal. checksum: over all that says what one may do (token-row.ts).
  CREATE TABLE wactl.tokens (
    name TEXT COLLATE "C" PRIMARY KEY,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    session_id TEXT COLLATE "C" REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    checksum BIGINT NOT NULL
  );

  -- Webhook events in the order of seq within a session and a receiver; see SQLite's (schema.ts beside this folder).
  CREATE TABLE wactl.outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    receiver TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    event TEXT NOT NULL,
    payload BYTEA,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    attempts BIGINT NOT NULL,
    last_attempt_at BIGINT,
    last_error TEXT,
    failed_before_ms BIGINT NOT NULL,
    finished_at BIGINT,
    UNIQUE (session_id, receiver, event_id)
  );
  CREATE INDEX outbox_by_receiver ON wactl.outbox (session_id, receiver, state, seq);
  CREATE INDEX outbox_pending ON wactl.outbox (session_id, receiver) WHERE state = 'pending';
  CREATE INDEX outbox_by_expiry ON wactl.outbox (session_id, receiver, expires_at)
    WHERE state = 'pending' AND expires_at IS NOT NULL;
  CREATE INDEX outbox_by_finish ON wactl.outbox (finished_at) WHERE payload IS NOT NULL AND finished_at IS NOT NULL;

  CREATE TABLE wactl.receivers (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    receiver TEXT COLLATE "C" NOT NULL,
    url TEXT,
    failures BIGINT NOT NULL,
    failing_since BIGINT,
    failed_ms BIGINT NOT NULL,
    absent_ms BIGINT,
    next_attempt_at BIGINT,
    wait_ms BIGINT NOT NULL,
    turned_off_at BIGINT,
    dropped BIGINT NOT NULL,
    PRIMARY KEY (session_id, receiver)
  );

  -- Which process delivers what is left for a receiver while no process holds the session, until when.
  CREATE TABLE wactl.delivery_claims (
    session_id TEXT COLLATE "C" NOT NULL REFERENCES wactl.sessions (id) ON DELETE CASCADE,
    receiver TEXT COLLATE "C" NOT NULL,
    claim_id TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    for_ms BIGINT NOT NULL,
    PRIMARY KEY (session_id, receiver)
  );

  -- Where the event streams of a machine's serve have ended; sessions: a checksum over when they were changed.
  CREATE TABLE wactl.event_marks (
    host_id TEXT COLLATE "C" PRIMARY KEY,
    event_id TEXT NOT NULL,
    sessions BIGINT NOT NULL
  );

  -- The wrapped data key (key-record.ts), once there is a secret; all secrets are sealed with it.
  CREATE TABLE wactl.data_key (id BIGINT PRIMARY KEY CHECK (id = 1), record BYTEA NOT NULL);
  `,
  `
  -- The running serves, and when each was last seen; server_id: random, new for each process.
  CREATE TABLE wactl.hosts (
    server_id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    version TEXT NOT NULL,
    pid BIGINT NOT NULL,
    url TEXT,
    sessions BIGINT NOT NULL,
    is_draining BIGINT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
  );
  ALTER TABLE wactl.leases ADD COLUMN server_id TEXT COLLATE "C";
  `,
];

/** What transactions of this program agree on; other programs in the same database have other numbers. */
const lock = (number: number): string => `${String(0x77616374)}, ${String(number)}`;
export const [schemaLock, dataKeyLock, copyLock] = [lock(1), lock(2), lock(3)];
