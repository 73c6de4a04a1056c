"""Fixtures that every test may ask for."""

import signal

import hypothesis

pytest_plugins = ["tests.servers"]

# A shell starts what it runs in the background deaf to Ctrl-C, and children inherit that; the
# programs under test are started as from a terminal, however the tests were.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Property tests claim what is true of every input, not how fast this machine is beside other work.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")
