"""Agents at work:

claims:      the most urgent free mail, or a certain one -> a lease
actions:     lock -> may they? -> what it makes of the mail -> save, decide, tell the trail
corrections: the same for a category, on completed mail too
bulk:        the same for many mails, kept as they were -> undo
look:        queues, lists, search, text, notes, trail
"""
