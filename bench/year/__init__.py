"""A simulated year of one service: mail changes, people correct, models come and go."""
