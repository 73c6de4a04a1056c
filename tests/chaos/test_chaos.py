"""The short form of `make chaos`: fewer kills and a shorter lease, but every kind of fault."""

import pytest

from bench.chaos.command import attack


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_fault_loses_or_doubles_a_mail() -> None:
    """Whatever dies, each promised mail is decided and told once, and soon."""
    lines, *_ = attack(seconds=70, seed=2, kills=6, lease=4)
    assert [str(line) for line in lines if not line.held] == []
