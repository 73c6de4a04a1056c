"""Bytes that are not what they say."""

from tests.unit.mail.hard.case import HEAD, Case, headed, text, utf8

_FRENCH = "Dégât des eaux à l'étage : 120 €"
_CP1252 = _FRENCH.encode("cp1252")
_RUSSIAN = (
    "Здравствуйте, прошу расторгнуть договор страхования моего автомобиля с первого марта. " * 3
)

CASES = [
    Case(
        "unknown charset",
        text(_CP1252, "text/plain; charset=x-nobody-knows"),
        says=(_FRENCH,),
        defects=("unknown_charset",),
    ),
    Case("misspelt charset", text(_CP1252, "text/plain; charset=windows1252"), says=(_FRENCH,)),
    Case(
        "charset with a semicolon",
        text(_CP1252, 'text/plain; charset="iso-8859-1;"'),
        says=(_FRENCH,),
    ),
    Case(
        "cp1252 declared iso-8859-1",
        text(_CP1252, "text/plain; charset=iso-8859-1"),
        says=(_FRENCH,),
        hides=("\x80",),
    ),
    Case(
        "utf-8 declared, cp1252 sent",
        text(_CP1252, "text/plain; charset=utf-8"),
        says=(_FRENCH,),
        defects=("wrong_charset",),
    ),
    Case(
        "us-ascii declared, utf-8 sent",
        text(_FRENCH, "text/plain; charset=us-ascii"),
        says=(_FRENCH,),
    ),
    Case(
        "gb2312 declared, utf-8 sent",
        text("保险合同 résilié", "text/plain; charset=gb2312"),
        says=("保险合同 résilié",),
        defects=("wrong_charset",),
    ),
    Case(
        "gb2312 really sent",
        text("保险合同".encode("gbk"), "text/plain; charset=gb2312"),
        says=("保险合同",),
    ),
    Case(
        "no charset, 8-bit", text(_CP1252, "text/plain"), says=(_FRENCH,), defects=("no_charset",)
    ),
    Case(
        "no charset, long Russian",
        text(_RUSSIAN.encode("cp1251"), "text/plain"),
        says=("договор страхования",),
    ),
    Case(
        "UTF-16 message",
        ("\ufeff" + HEAD.decode() + "\n" + _FRENCH).encode("utf-16-le"),
        says=(_FRENCH,),
        subject="Contrat",
    ),
    Case(
        "UTF-16 part", text(_FRENCH.encode("utf-16"), "text/plain; charset=utf-16"), says=(_FRENCH,)
    ),
    Case("BOM first", b"\xef\xbb\xbf" + utf8(_FRENCH), says=(_FRENCH,), subject="Contrat"),
    Case("BOM in the body", utf8("\ufeff" + _FRENCH), says=(_FRENCH,), hides=("\ufeff",)),
    Case("utf-7", text("D+AOk-g+AOI-t", "text/plain; charset=utf-7"), says=("Dégât",)),
    Case(
        "codec that is no charset",
        text("abc", "text/plain; charset=rot13"),
        says=("abc",),
        defects=("unknown_charset",),
    ),
    Case("raw 8-bit Subject", headed("Subject: Dégât".encode("latin-1")), subject="Dégât"),
    Case("raw 8-bit From", headed("From: Jérôme <j@x.fr>"), sender="j@x.fr", sender_name="Jérôme"),
    Case(
        "encoded word, unknown charset", headed("Subject: =?x-none?Q?D=E9g=E2t?="), subject="Dégât"
    ),
    Case(
        "encoded word split mid-character",
        headed("Subject: =?utf-8?Q?D=C3?=\n =?utf-8?Q?=A9g=C3=A2t?="),
        subject="Dégât",
    ),
    Case(
        "encoded word unclosed", headed("Subject: =?utf-8?Q?D=C3=A9g"), subject="=?utf-8?Q?D=C3=A9g"
    ),
    Case(
        "encoded word, B with bad padding",
        headed("Subject: =?utf-8?B?RMOpZ8OidA?="),
        subject="Dégât",
    ),
    Case(
        "encoded word with spaces",
        headed("Subject: =?utf-8?Q?un d=C3=A9g=C3=A2t?="),
        subject="un dégât",
    ),
    Case(
        "encoded CRLF in Subject",
        headed("Subject: =?utf-8?Q?a=0D=0ABcc:_x@y.fr?="),
        subject="a Bcc: x@y.fr",
    ),
    Case(
        "encoded CRLF in From",
        headed("From: =?utf-8?Q?a=0D=0ABcc:_x@y.fr?= <j@x.fr>"),
        sender="j@x.fr",
        sender_name="a Bcc: x@y.fr",
    ),
    Case("NUL", utf8("Con\0trat\0"), says=("Contrat",), hides=("\0",), defects=("nul_bytes",)),
    Case(
        "lone surrogates",
        text(b"Contrat \xed\xa0\x80 auto", "text/plain; charset=utf-8"),
        says=("Contrat", "auto"),
    ),
    Case("C1 controls", utf8("l\x92assuré \x80"), says=("l’assuré €",)),
    Case(
        "double mojibake",
        utf8("PrÃ©nom : JÃ©rÃ´me"),
        says=("Prénom : Jérôme",),
        defects=("mojibake_mended",),
    ),
    Case("zero width and bidi override", utf8("rés\u200bili\u202eation"), says=("résiliation",)),
    Case("no-break spaces", utf8("120\u00a0€"), says=("120\u00a0€",)),
    Case("emoji", utf8("Merci 👨‍👩‍👧 🙏"), says=("👨‍👩‍👧 🙏",)),
    Case(
        "NUL in a transfer encoding, which a defect quotes",
        headed("Content-Transfer-Encoding: \0\0\x1bx"),
        says=("Bonjour",),
        defects=("unknown_transfer_encoding",),
    ),
    Case(
        "tags, joiners and fillers that nobody sees",
        utf8("ré\U000e0041\U000e0042si\u200cli\u180ea\u2062ti\u3164on"),
        says=("résiliation",),
    ),
    Case(
        "joiners that letters need",
        utf8("می\u200cخواهم क्\u200dष"),
        says=("می\u200cخواهم क्\u200dष",),
    ),
    Case("NFD", utf8("De\u0301ga\u0302t"), says=("Dégât",)),
    Case("NFC", utf8("Dégât"), says=("Dégât",)),
    Case("stacked accents", lambda: utf8("a" + "\u0301\u0323" * 200_000)),
]
