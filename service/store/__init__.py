"""PostgreSQL, the system of record: one file for each thing that is stored or asked."""
