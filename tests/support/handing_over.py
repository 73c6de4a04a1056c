"""What became of mail that was to be handed on."""

from sqlalchemy import Engine, text


def hand_overs(database: Engine) -> list[tuple[str, str, str, str]]:
    """Mail, address, state and last error of each."""
    with database.connect() as connection:
        return [
            tuple(row)
            for row in connection.execute(
                text(
                    "SELECT email_id::text, address, state, coalesce(last_error, '') "
                    "FROM reinjections"
                )
            )
        ]


def make_due(database: Engine) -> None:
    """Let every wait run out now, instead of waiting for it."""
    with database.begin() as connection:
        connection.execute(text("UPDATE reinjections SET run_after = clock_timestamp()"))


def state(database: Engine) -> str:
    (row,) = hand_overs(database)
    return row[2]
