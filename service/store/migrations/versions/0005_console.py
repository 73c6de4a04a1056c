"""People at the console: local accounts and those of an identity provider, their sessions.

New tables only, so that the code before this one works on.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_TABLES = """
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    login text NOT NULL,
    name text NOT NULL,
    issuer text,                               -- NULL: a local account
    subject text,                              -- whom the issuer means; logins may change there
    password_hash text,                        -- argon2id, of local accounts
    roles text[] NOT NULL,
    mailboxes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    disabled_at timestamptz,
    CHECK ((issuer IS NULL) = (subject IS NULL)),
    CHECK ((issuer IS NULL) = (password_hash IS NOT NULL)),
    UNIQUE (issuer, subject)
);
CREATE UNIQUE INDEX accounts_login ON accounts (login) WHERE issuer IS NULL;

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,              -- SHA-256 of what the browser has
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ends_at timestamptz NOT NULL               -- whatever happens
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_end ON sessions (ends_at);

CREATE TABLE sign_ins (                        -- the trail of who came in, or tried to
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    login text NOT NULL,
    account_id uuid,
    method text NOT NULL CHECK (method IN ('password', 'oidc')),
    outcome text NOT NULL
);
CREATE INDEX sign_ins_failed ON sign_ins (login, at) WHERE outcome = 'wrong';

CREATE TABLE oidc_requests (                   -- sign-ins on their way through the provider
    state_hash bytea PRIMARY KEY,
    nonce text NOT NULL,
    verifier text NOT NULL,
    ends_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
