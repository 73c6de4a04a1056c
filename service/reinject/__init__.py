"""Handing decided mail on by SMTP, for teams that live in a helpdesk or in IMAP folders.

    reinjections -> sender (`service.outbound`) -> message (our fields in) -> smtp -> verdict

Every mail stays in its agents' queue as well; at least once, with the same X-Aiguilleur-Id.
"""
