"""Fixtures that every test may ask for."""

import signal

pytest_plugins = ["tests.servers"]

# A shell starts what it runs in the background deaf to Ctrl-C, and children inherit that; the
# programs under test are started as from a terminal, however the tests were.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
