"""The main path: who posts, what came, what waits, what was decided, what must be told.

Raw mail, readings and decisions are appended and never updated. What changes often (`waiting`,
`outbox`) is narrow, so that claims stay fast however much history there is. Hot tables have no
foreign keys: both rows are written in one transaction, and the check would cost every insert.
"""

from alembic import op

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE clients (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE api_keys (
    id text PRIMARY KEY,                       -- the public part of the key
    client_id uuid NOT NULL REFERENCES clients,
    secret_hash bytea NOT NULL,                -- SHA-256 of the secret part
    roles text[] NOT NULL,
    mailboxes text[] NOT NULL,                 -- '*' stands for all
    callback_hosts text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE batches (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    email_ids uuid[] NOT NULL,                 -- by position; NULL where the mail was rejected
    external_ids text[] NOT NULL,
    duplicates integer[] NOT NULL,             -- positions whose mail had come before
    errors jsonb NOT NULL                      -- position -> {code, detail, field}
);

CREATE TABLE emails (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL,
    batch_id uuid,
    external_id text,
    mailbox text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('raw', 'fields')),
    content bytea NOT NULL,                    -- the message, or the canonical JSON of its fields
    content_hash bytea NOT NULL,
    dedupe_key bytea,
    priority smallint NOT NULL,
    callback_url text,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (client_id, dedupe_key)
);

CREATE TABLE waiting (
    email_id uuid PRIMARY KEY,
    rank timestamptz NOT NULL,                 -- received_at less the priority's head start
    received_at timestamptz NOT NULL,
    priority smallint NOT NULL,
    size integer NOT NULL,                     -- bytes of content
    run_after timestamptz NOT NULL,
    lease_token uuid,
    lease_until timestamptz,
    lease_alone boolean NOT NULL DEFAULT false,
    losses smallint NOT NULL DEFAULT 0,        -- leases that expired
    crashes smallint NOT NULL DEFAULT 0        -- those of them that it held alone
) WITH (
    fillfactor = 50,                           -- taking a lease stays on the page (HOT)
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX waiting_rank ON waiting (rank, email_id);
CREATE INDEX waiting_received ON waiting (received_at);

CREATE TABLE readings (
    email_id uuid PRIMARY KEY,
    fields jsonb NOT NULL,                     -- what the parser made of it, less the text
    link_key bytea                             -- Message-ID, sender, date and text, hashed
);
CREATE INDEX readings_link ON readings (link_key) WHERE link_key IS NOT NULL;

CREATE TABLE decisions (
    email_id uuid NOT NULL,
    number smallint NOT NULL,                  -- 1: the service's; the history goes on from there
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    category text NOT NULL,
    queue text NOT NULL,
    priority smallint NOT NULL,
    reason text NOT NULL,
    confidence real,
    threshold real,
    scores jsonb NOT NULL,
    model_name text NOT NULL,
    model_version text NOT NULL,
    text_version text NOT NULL,
    routing_version text NOT NULL,
    waited_seconds real NOT NULL,
    inference_seconds real NOT NULL,
    tokens integer NOT NULL,
    PRIMARY KEY (email_id, number)             -- a mail cannot be decided twice
);

CREATE TABLE queue_items (
    email_id uuid PRIMARY KEY,
    queue text NOT NULL,
    mailbox text NOT NULL,
    priority smallint NOT NULL,
    entered_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL
);
CREATE INDEX queue_items_queue ON queue_items (queue, entered_at);

CREATE TABLE outbox (
    id uuid PRIMARY KEY,                       -- the event's id, the same at every attempt
    email_id uuid NOT NULL,
    client_id uuid NOT NULL,
    url text NOT NULL,
    body bytea NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts smallint NOT NULL DEFAULT 0,
    run_after timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_token uuid,
    finished_at timestamptz,
    last_error text
) WITH (fillfactor = 70);
CREATE INDEX outbox_pending ON outbox (run_after) WHERE state = 'pending';
CREATE INDEX outbox_dead ON outbox (finished_at) WHERE state = 'dead';

CREATE TABLE idempotency (
    client_id uuid NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status smallint NOT NULL,
    location text,
    answer jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (client_id, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
"""


def upgrade() -> None:
    op.execute(_TABLES)
