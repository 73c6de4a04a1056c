"""What senders share: a loop with leases, places for each host, back-off.

    box (a table of events) -> lanes (who may be sent to now) -> an attempt -> verdict -> box

Each sender is a process of its own, so that nothing outside can slow a decision down.
"""
