"""Header blocks nobody should have sent."""

from tests.unit.mail.hard.case import Case, headed

CASES = [
    Case(
        "CR CR LF at the end of every line",
        b"From: a@b.fr\r\r\nSubject: hi\r\r\nContent-Type: multipart/mixed; boundary=b\r\r\n\r\r\n"
        b"--b\r\r\n\r\r\nBonjour\r\r\nJe r=\r\r\n--b--\r\r\n",
        sender="a@b.fr",
        subject="hi",
        says=("Bonjour\nJe r=",),
    ),
    Case(
        "one stray CR in the header",
        b"From: a@b.fr\r\nX-Foo: bar\r\r\nSubject: hi\r\n\r\nBonjour\r\n",
        subject="hi",
        says=("Bonjour",),
        hides=("Subject",),
    ),
    Case("nothing at all", b"", defects=("no_headers", "no_text")),
    Case(
        "no headers",
        "Bonjour,\nje résilie.".encode(),
        says=("Bonjour,\nje résilie.",),
        defects=("no_headers",),
    ),
    Case(
        "line without colon first",
        headed("quelque chose", "Subject: Contrat"),
        subject="Contrat",
        defects=("garbage_in_headers",),
    ),
    Case(
        "line without colon between",
        headed("From: j@x.fr", "quelque chose", "Subject: Contrat"),
        subject="Contrat",
        sender="j@x.fr",
        says=("Bonjour",),
        defects=("garbage_in_headers",),
    ),
    Case(
        "duplicate From",
        headed("From: a@x.fr", "From: b@x.fr"),
        sender="a@x.fr",
        defects=("duplicate_header",),
    ),
    Case(
        "duplicate Subject, first empty",
        headed("Subject:", "Subject: Contrat"),
        subject="Contrat",
        defects=("duplicate_header",),
    ),
    Case(
        "duplicate Message-ID",
        headed("Message-ID: <a@x>", "Message-ID: <b@x>"),
        message_id="a@x",
        defects=("duplicate_header",),
    ),
    Case(
        "duplicate Content-Type",
        headed("Content-Type: text/plain", "Content-Type: text/html", body="<b>x</b>"),
        says=("<b>x</b>",),
        defects=("duplicate_header",),
    ),
    Case("missing Message-ID", headed("Subject: x"), defects=("missing_message_id",)),
    Case("empty Message-ID", headed("Message-ID: <>"), defects=("missing_message_id",)),
    Case("bracketed Message-ID", headed("Message-ID: <[abc]>"), message_id="abc"),
    Case(
        "Message-ID of 10 KB", headed("Message-ID: <" + "a" * 10_000 + "@x>"), message_id="a" * 998
    ),
    Case("Message-ID with a space", headed("Message-ID: <a b@x>"), message_id="a b@x"),
    Case("Message-ID not ASCII", headed("Message-ID: <é@x>"), message_id="é@x"),
    Case("empty From", headed("From:"), defects=("missing_sender",)),
    Case("null From", headed("From: <>"), defects=("missing_sender",)),
    Case(
        "From without address",
        headed("From: Service Clients"),
        sender="",
        sender_name="Service Clients",
        defects=("missing_sender",),
    ),
    Case("empty group", headed("To: undisclosed-recipients:;", "From: a@x.fr"), sender="a@x.fr"),
    Case(
        "display name with another address",
        headed('From: "pdg@banque.fr" <voleur@x.ru>'),
        sender="voleur@x.ru",
        sender_name="pdg@banque.fr",
    ),
    Case("unquoted comma", headed("From: Dupont Jean, Agence <j@x.fr>"), sender_name="Dupont Jean"),
    Case("20,000 parentheses", headed("From: " + "(" * 20_000 + " <j@x.fr>")),
    Case(
        "5,000 recipients",
        headed("To: " + ", ".join(f"u{n}@x.fr" for n in range(5000)), "From: a@x.fr"),
        sender="a@x.fr",
    ),
    Case("Subject of 100 KB", headed("Subject: " + "mot " * 25_000), says=("Bonjour",)),
    Case("8,000 encoded words", headed("Subject:" + " =?utf-8?q?a?=" * 8000), says=("Bonjour",)),
    Case(
        "100,000 headers",
        lambda: headed(*["X-A: b"] * 100_000),
        says=("Bonjour",),
        defects=("headers_truncated",),
    ),
    Case("Date garbage", headed("Date: demain matin"), defects=("unreadable_date",)),
    Case("Date in the future", headed("Date: Tue, 5 Mar 2199 10:20:00 +0100"), year=2199),
    Case(
        "Date of 1970",
        headed("Date: Thu, 1 Jan 1970 00:00:00 +0000"),
        year=1970,
        defects=("implausible_date",),
    ),
    Case("Date with zone +9999", headed("Date: Tue, 5 Mar 2024 10:20:00 +9999")),
    Case(
        "Date of year 99999",
        headed("Date: Tue, 5 Mar 99999 10:20:00 +0000"),
        defects=("unreadable_date",),
    ),
    Case(
        "bare CR line ends",
        b"From: a@x.fr\rSubject: Contrat\r\rBonjour\rJean",
        subject="Contrat",
        says=("Bonjour\nJean",),
    ),
    Case(
        "mbox From line",
        headed("From jean@x.fr Tue Mar  5 10:20:00 2024", "Subject: Contrat"),
        subject="Contrat",
        says=("Bonjour",),
    ),
    Case(
        "References of 500 ids",
        headed("References: " + " ".join(f"<{n}@x>" for n in range(500))),
        says=("Bonjour",),
    ),
    Case(
        "forged References",
        headed('References: <><<a>> " <b@x> --', "In-Reply-To: je ne sais"),
        says=("Bonjour",),
    ),
    Case(
        "blanks in an id that never ends",
        headed("Message-ID: <" + " " * 12_000 + "x", "References: <" + " " * 12_000 + "x"),
        message_id="x",
    ),
    Case("blanks around an id", headed("Message-ID: <  a@x\t>"), message_id="a@x"),
    Case("control characters in a field", headed(b"Subject: a\x00b\x1b[31mc"), subject="ab[31mc"),
    Case("binary Cc", headed(b"Cc: \x00\xff\xfe\x80<x"), says=("Bonjour",)),
]
