"""Everything is killed, paused and emptied while mail comes in; then the mails are counted."""
