"""Small attachments of the right kind: PDF, PNG, DOCX and text, without any library's help."""

import io
import random
import struct
import zipfile
import zlib

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=us-ascii",
    "csv": "text/csv; charset=us-ascii",
    "vcf": "text/vcard; charset=us-ascii",
}


def content(name: str) -> tuple[str, bytes]:
    """Media type and bytes of an attachment, which depend on its name alone."""
    kind = name.rsplit(".", 1)[-1].lower()
    makers = {"pdf": _pdf, "png": _png, "docx": _docx}
    return TYPES[kind], makers.get(kind, _text)(name)


def _ascii(name: str) -> str:
    return name.encode("ascii", "replace").decode().replace("?", "_")


def _pdf(name: str) -> bytes:
    """One page that shows its own name."""
    shown = f"BT /F1 16 Tf 60 760 Td ({_ascii(name)}) Tj ET".encode()
    font = b"<< /Font << /F1 5 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return data + head + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(data: bytes) -> bytes:
    """A zlib stream without compression, so that every zlib writes the same bytes."""
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return b"\x78\x01" + block + struct.pack(">I", zlib.adler32(data))


def _png(name: str) -> bytes:
    """A few blocks of grey, other ones for each name."""
    rng = random.Random(name)  # noqa: S311 - a picture, not a secret
    side = rng.randrange(20, 44)
    lines = (bytes(rng.choice((40, 90, 160, 220)) for _ in range(side)) for _ in range(side))
    rows = b"".join(b"\0" + line for line in lines)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", _stored(rows))
        + _chunk(b"IEND", b"")
    )


_OPENXML = "http://schemas.openxmlformats.org"
_PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DOCX = {
    "[Content_Types].xml": f"""<?xml version="1.0"?>
<Types xmlns="{_OPENXML}/package/2006/content-types">
<Default Extension="rels" ContentType="{_PACKAGE}"/>
<Override PartName="/d.xml" ContentType="{_OFFICE}"/></Types>""",
    "_rels/.rels": f"""<?xml version="1.0"?>
<Relationships xmlns="{_OPENXML}/package/2006/relationships"><Relationship Id="r1"
Type="{_OPENXML}/officeDocument/2006/relationships/officeDocument" Target="d.xml"/>
</Relationships>""",
    "d.xml": f"""<?xml version="1.0"?>
<w:document xmlns:w="{_OPENXML}/wordprocessingml/2006/main">
<w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>""",
}


def _docx(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, text in _DOCX.items():
            info = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, text.replace("%s", _ascii(name)))
    return buffer.getvalue()


def _text(name: str) -> bytes:
    return f"{_ascii(name)}\r\n".encode()
