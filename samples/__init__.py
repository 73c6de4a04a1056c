"""Sample mails: what the demo posts, built from hand-written texts."""
