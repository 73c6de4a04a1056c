"""Telling clients what was decided: events leave the outbox, signed, at least once.

    outbox -> sender (`service.outbound`) -> signing -> transport -> verdict -> outbox

The sender is a process of its own, so that no receiver can slow a decision down.
"""
