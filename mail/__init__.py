"""Mail as it really comes, made readable: pure, total and linear in its input.

    raw bytes -> structure -> headers, body, attachments -> Email -> segments -> model input

Nothing here opens a file, a socket or a clock; nothing here raises on any input.
"""
