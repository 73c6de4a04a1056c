"""HTTP: translates requests into use cases and their results into JSON. No rule lives here."""
