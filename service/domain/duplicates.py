"""When raw mail is a duplicate: the same client, mailbox and bytes less their trace headers."""

import hashlib


def raw_key(mailbox: str, content_hash: bytes) -> bytes:
    """What a client's repeated delivery of a message has in common with the first, 32 bytes.

    Args:
        mailbox: the same message to two mailboxes is two mails.
        content_hash: as `mail.fingerprint.fingerprint` makes it.

    """
    return hashlib.sha256(b"raw\0" + mailbox.encode() + b"\0" + content_hash).digest()
