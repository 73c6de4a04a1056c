"""Simulated months: how often drift is told where there is none, how soon where there is."""
