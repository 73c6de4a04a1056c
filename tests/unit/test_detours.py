"""A look past the events of hosts without room is put off, but not for a host that is served."""

from service.outbound.detours import Detours

FULL = {"busy": 0}


def test_only_a_host_without_room_makes_a_detour() -> None:
    """Where each has room, the head of the box is enough."""
    assert not Detours.needed({})
    assert not Detours.needed({"busy": 1, "other": 2})
    assert Detours.needed({"busy": 0, "other": 2})


def test_a_look_is_put_off_by_what_the_last_one_took() -> None:
    """Nine tenths of the time are left for hosts that have room."""
    detours = Detours()
    assert detours.allowed(0.0)
    detours.made(FULL, (), 0.0, 1.0)
    assert not detours.allowed(9.9)
    assert detours.allowed(10.0)


def test_a_host_that_was_found_is_looked_for_as_soon_as_it_has_room() -> None:
    """And no more once a look that it had room in finds nothing."""
    detours = Detours()
    detours.made(FULL, {"other"}, 0.0, 1.0)
    detours.back("busy")
    assert not detours.allowed(1.1)
    detours.back("other")
    assert detours.allowed(1.1)
    detours.made({"busy": 0, "other": 0}, (), 1.1, 2.0)
    detours.back("other")
    assert detours.allowed(2.1)
    detours.made({"busy": 0, "other": 1}, (), 2.1, 3.0)
    detours.back("other")
    assert not detours.allowed(3.1)
