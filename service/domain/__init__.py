"""Pure rules of the service: no Flask, Redis, SQL or torch."""
