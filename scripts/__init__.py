"""What is generated and committed: each module writes its file, or checks it with `--check`."""
