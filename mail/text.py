"""The only way from a message to what the model reads."""

from mail.types import Email

TEXT_VERSION = "1"
MODEL_CHARS = 20_000  # far beyond what any model reads of a message
SUBJECT_CHARS = 500


def model_input(email: Email) -> str:
    """Subject, then the text with the newest message first; at most `MODEL_CHARS`."""
    subject = email.subject[:SUBJECT_CHARS]
    return f"{subject}\n\n{email.text}".strip()[:MODEL_CHARS]
