"""Mail in by LMTP (RFC 2033): one reply a recipient, 250 only once the message is committed.

    bytes -> wire (lines, messages) -> session (replies, transactions) -> delivery -> intake

`wire` and `session` know no sockets and no time, so any chunking of the same bytes gives the same
replies. `docs/adr/0005-lmtp.md` says why this is not aiosmtpd.
"""
