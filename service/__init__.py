"""Aiguilleur: accept e-mails durably, classify them, route them to the people who answer."""

__version__ = "0.1.0"
