"""How much of a message is read. Everything beyond is kept raw and never parsed.

Each bound is far above honest mail. Reading is linear: what costs most costs about a second of
processor time a megabyte, however it is put together (`bench/linearity.py` measures it).
"""

MESSAGE_BYTES = 25 * 1024 * 1024  # what is parsed; the entrances refuse more

HEADER_BYTES = 256 * 1024  # of one header block
HEADER_COUNT = 500  # fields kept of one block
HEADER_VALUE_BYTES = 16 * 1024  # of one field, before it is decoded
HEADER_VALUE_CHARS = 4096  # of one field, as kept
ADDRESS_BYTES = 64 * 1024  # of To and Cc, which are long in honest mail
ADDRESSES = 200  # kept of one field
REFERENCES = 50  # the newest message ids of a thread

PARTS = 1000  # opened; rspamd allows 10,000 and real mail has fewer than 100
DEPTH = 32  # of multiparts within multiparts
BOUNDARY_LINES = 100_000  # lines starting with "--" that are looked at
ATTACHED_MESSAGES = 1  # levels of forwarded-as-attachment that are opened

PART_BYTES = 2 * 1024 * 1024  # of one text part, once decoded
TEXT_CHARS = 1024 * 1024  # of the readable text
ATTACHMENTS = 200  # listed
DEFECTS = 50  # listed
DEFECT_CHARS = 200  # of what one quotes
