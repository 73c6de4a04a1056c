"""Drift as it stands in the store: counted once a day, judged and told from what was counted."""
