"""Inputs that are only large, and web pages that are bombs. All are built, none is stored."""

from tests.unit.mail.hard.case import Case, page, text, utf8

_MEGABYTE = 1024 * 1024

CASES = [
    Case(
        "25 MB of base64",
        lambda: text(b"YWJj" * (6 * _MEGABYTE), "text/plain", "base64"),
        says=("abcabc",),
        defects=("part_truncated",),
    ),
    Case(
        "30 MB",
        lambda: utf8("Je résilie. " * (2 * _MEGABYTE + 500_000)),
        says=("Je résilie.",),
        defects=("message_truncated",),
    ),
    Case("one line of 20 MB", lambda: utf8("a" * (20 * _MEGABYTE)), says=("aaaa",)),
    Case("20 MB of newlines", lambda: utf8("\n" * (20 * _MEGABYTE)), defects=("no_text",)),
    Case("20 MB of newlines, no headers", lambda: b"\n" * (20 * _MEGABYTE)),
    Case("8 million dashes at line starts", lambda: utf8("--\n" * (8 * _MEGABYTE))),
    Case("<a, 200,000 times", lambda: page("<p>Bonjour</p>" + "<a" * 200_000), says=("Bonjour",)),
    Case(
        "<!--, 100,000 times", lambda: page("<p>Bonjour</p>" + "<!--" * 100_000), says=("Bonjour",)
    ),
    Case("100,000 nested <div>", lambda: page("<div>" * 100_000 + "Bonjour"), says=("Bonjour",)),
    Case(
        "20,000 nested tables",
        lambda: page("<table><tr><td>" * 20_000 + "Bonjour"),
        says=("Bonjour",),
    ),
    Case(
        "depth hidden from a tag counter",
        lambda: page("<div><table></div></table>" * 50_000 + "Bonjour"),
        says=("Bonjour",),
    ),
    Case(
        "one tag with 50,000 attributes",
        lambda: page("<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">Bonjour"),
        says=("Bonjour",),
    ),
    Case(
        "formatting reopened in each paragraph",
        lambda: page("".join(f"<font a={n}>" for n in range(400)) + "<p>Bonjour" * 20_000),
        says=("Bonjour",),
    ),
    Case(
        "40,000 attributes without values",
        lambda: page("<p " + " ".join(f"a{n}" for n in range(40_000)) + ">Bonjour"),
        says=("Bonjour",),
    ),
    Case(
        "100,000 end tags below 10,000 elements",
        lambda: page("<div></z>" * 10_000 + "</p>" * 100_000 + "Bonjour"),
        says=("Bonjour",),
    ),
    Case(
        "a character reference of 500,000 digits",
        lambda: page("<p>Bonjour &#" + "1" * 500_000 + ";"),
        says=("Bonjour",),
    ),
    Case(
        "hidden text in a page of 30,000 elements",
        lambda: page(
            "<p style='display:none'>viagra</p><div>" * 10_000
            + f'<img src="data:image/png;base64,{"QUJD" * 5000}">Bonjour'
        ),
        says=("Bonjour",),
        hides=("viagra", "QUJD"),
    ),
    Case("entities", lambda: page("&lt;" * 500_000), says=("<<<<",)),
    Case(
        "image written into the page",
        lambda: page(f'<img src="data:image/png;base64,{"A" * 1_000_000}"><p>Bonjour</p>'),
        says=("Bonjour",),
        hides=("AAAA",),
    ),
    Case(
        "table as a form",
        page("<table><tr><td>Contrat</td><td>12345</td></tr></table>"),
        says=("Contrat 12345",),
    ),
    Case("script", page("<script>alert('x')</script><p>Bonjour</p>"), reads="Bonjour"),
]
