"""Sentences for the person at the terminal."""

import sys


class Failure(Exception):
    """What is in the way, and how to get past it, in a sentence."""


def say(text, end="\n"):
    """Print at once, also into a pipe; what the terminal cannot show is replaced, not fatal."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + end)
    sys.stdout.flush()
