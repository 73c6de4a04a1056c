"""Measurements: what the project costs and how well it does, beside others."""
