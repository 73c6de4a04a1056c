"""Agents: who holds which mail until when, what people decided, who did what.

Columns are added with defaults and tables are new, so that the code before this one works on.
What changes often (`queue_items`) keeps open mail only; completed mail moves to `done_items`.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = """
ALTER TABLE queue_items
    ADD COLUMN category text,                  -- NULL in rows of the code before
    ADD COLUMN warn_at timestamptz,            -- as above: breach-soon from then on
    ADD COLUMN resolution_due_at timestamptz,  -- as above
    ADD COLUMN responded_at timestamptz,       -- when the sender got a first answer
    ADD COLUMN snoozed_until timestamptz,
    ADD COLUMN pauses jsonb NOT NULL DEFAULT '[]',  -- [[from, until], ...]: the clocks stood still
    ADD COLUMN lease_token uuid,
    ADD COLUMN lease_until timestamptz,
    ADD COLUMN holder_key text,
    ADD COLUMN holder_client text,
    ADD COLUMN holder_agent text,
    ADD COLUMN revision integer NOT NULL DEFAULT 0; -- one more with every change
ALTER TABLE queue_items SET (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0
);
-- lists, in the order in which mail is worked
CREATE INDEX queue_items_order ON queue_items (queue, due_at, (-priority), entered_at, email_id);
-- claims: free mail only, so that a claim reads no further than its first row
CREATE INDEX queue_items_free ON queue_items (queue, due_at, (-priority), entered_at, email_id)
    WHERE lease_token IS NULL AND snoozed_until IS NULL;
CREATE INDEX queue_items_free_mailbox
    ON queue_items (queue, mailbox, due_at, (-priority), entered_at, email_id)
    WHERE lease_token IS NULL AND snoozed_until IS NULL;
CREATE INDEX queue_items_held ON queue_items (lease_until) WHERE lease_token IS NOT NULL;
CREATE INDEX queue_items_snoozed ON queue_items (snoozed_until) WHERE snoozed_until IS NOT NULL;

ALTER TABLE decisions
    ADD COLUMN source text NOT NULL DEFAULT 'service' CHECK (source IN ('service', 'agent')),
    ADD COLUMN by_key text,
    ADD COLUMN by_client text,
    ADD COLUMN by_agent text,
    ADD COLUMN note text;                      -- why, in the agent's words

ALTER TABLE readings ADD COLUMN search tsvector;   -- words of sender, subject and text, folded
CREATE INDEX readings_search ON readings USING gin (search);

CREATE TABLE done_items (
    email_id uuid PRIMARY KEY,
    completed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    queue text NOT NULL,
    mailbox text NOT NULL,
    category text NOT NULL,
    predicted text,                            -- the model's category, NULL where it did not decide
    model_version text NOT NULL,
    received_at timestamptz NOT NULL,
    responded_at timestamptz NOT NULL,
    response_late boolean NOT NULL,
    resolution_late boolean NOT NULL,
    by_key text NOT NULL,
    by_client text NOT NULL,
    by_agent text,
    lease_token uuid,                          -- the one it was completed under
    bulk_id uuid,
    item jsonb NOT NULL                        -- the row of queue_items, to undo
);
CREATE INDEX done_items_age ON done_items (completed_at);

CREATE TABLE labels (
    email_id uuid NOT NULL,
    decision smallint NOT NULL,                -- the number of the decision that says so
    category text NOT NULL,
    previous_category text NOT NULL,
    model_name text NOT NULL,                  -- of the service's own decision, which it corrects
    model_version text NOT NULL,
    text_version text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_key text NOT NULL,
    by_client text NOT NULL,
    by_agent text,
    withdrawn_at timestamptz,                  -- undone
    PRIMARY KEY (email_id, decision)
);

CREATE TABLE notes (
    id uuid PRIMARY KEY,
    email_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_key text NOT NULL,
    by_client text NOT NULL,
    by_agent text,
    text text NOT NULL
);
CREATE INDEX notes_email ON notes (email_id, id);

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,
    by_key text NOT NULL,
    by_client text NOT NULL,
    by_agent text,
    detail jsonb NOT NULL                      -- never text of the mail
);
CREATE INDEX audit_email ON audit (email_id, id);
CREATE FUNCTION audit_is_appended() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit entries are never changed'; END $$;
CREATE TRIGGER audit_is_appended BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_appended();

CREATE TABLE bulk_actions (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,
    by_key text NOT NULL,
    by_client text NOT NULL,
    by_agent text,
    before jsonb NOT NULL,                     -- rows of queue_items as they were
    undone_at timestamptz
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
