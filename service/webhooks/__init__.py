"""Telling clients what was decided: events leave the outbox, signed, at least once.

    outbox -> lanes (who may be sent to now) -> signing -> transport -> verdict -> outbox

The sender is a process of its own, so that no receiver can slow a decision down.
"""
