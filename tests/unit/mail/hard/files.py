"""Files that come along: what they are called, and that none is opened."""

from tests.unit.mail.hard.case import Case, multipart, text

_PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
_IMAGE = "Content-Type: image/jpeg; name=lettre.jpg\nContent-Transfer-Encoding: base64\n\n/9j/"
_PDF = (
    "Content-Type: application/pdf\nContent-Disposition: attachment; filename=scan.pdf\n"
    "Content-Transfer-Encoding: base64\n\nJVBERg=="
)

CASES = [
    Case(
        "inline images only",
        multipart("related", _IMAGE, _IMAGE),
        files=("lettre.jpg", "lettre.jpg"),
        defects=("no_text",),
    ),
    Case("PDF only", multipart("mixed", _PDF), files=("scan.pdf",), defects=("no_text",)),
    Case(
        "the message is a file",
        text("JVBERg==", "application/pdf; name=scan.pdf", "base64"),
        files=("scan.pdf",),
        defects=("no_text",),
    ),
    Case(
        "filename traversal",
        multipart("mixed", _PDF.replace("scan.pdf", '"../../etc/passwd"')),
        files=("passwd",),
    ),
    Case(
        "filename of Windows",
        multipart("mixed", _PDF.replace("scan", '"C:\\\\x\\\\scan').replace(".pdf\n", '.pdf"\n')),
        files=("scan.pdf",),
    ),
    Case(
        "RFC 2231 filename",
        multipart(
            "mixed",
            _PDF.replace(
                "filename=scan.pdf",
                "filename*0*=utf-8''d%C3%A9g; filename*1*=%C3%A2t; filename*2=.pdf",
            ),
        ),
        files=("dégât.pdf",),
    ),
    Case(
        "RFC 2231 broken",
        multipart("mixed", _PDF.replace("filename=scan.pdf", "filename*1*=%ZZ; filename*9=t.pdf")),
        files=("%ZZt.pdf",),
    ),
    Case(
        "encoded-word filename",
        multipart("mixed", _PDF.replace("scan.pdf", '"=?utf-8?Q?d=C3=A9g=C3=A2t.pdf?="')),
        files=("dégât.pdf",),
    ),
    Case(
        "zip bomb",
        multipart("mixed", _PLAIN + "Voir", _PDF.replace("scan.pdf", "bombe.zip")),
        files=("bombe.zip",),
        says=("Voir",),
    ),
]
