"""Messages for property tests: noise, and noise made of what mail is made of."""

from hypothesis import strategies as st

_TOKENS = (
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: <", b"References: <a@b> <",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: multipart/alternative; boundary=c\n", b"Content-Type: text/html; charset=",
    b"Content-Type: message/rfc822\n\n", b"Content-Type: text/calendar; method=REQUEST\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Disposition: attachment; filename=", b"filename*0*=utf-8''%", b"\n--b\n",
    b"\r\n--c\r\n", b"\n--b--\n", b"\n\n", b"\r\n\r\n", b"\n", b"\r", b"=?utf-8?q?",
    b"=?iso-8859-1?B?", b"?=", b"=C3=A9", b"utf-8", b"iso-8859-1", b"gb2312", b"utf-7", b"<p>",
    b"</p>", b"<div style='display:none'>", b"<blockquote>", b"<!--", b"-->", b"&eacute;", b"> ",
    b">> ", b"Le 5 mars 2024 ", "à 10:20, ".encode(), b"Jean <jean@exemple.fr>",
    " a écrit :\n".encode(), b"On Tue, Mar 5, 2024 ", b" wrote:\n", b"De : ",
    "Envoyé : ".encode(), "À : ".encode(), b"Objet : ", b"-----Message d'origine-----\n",
    b"---------- Forwarded message ---------\n", b"-- \n", b"Cordialement,\n", b"Bonjour,\n",
    b"Ce message est confidentiel\n", b"06 12 34 56 78\n", b"Auto-Submitted: auto-replied\n",
    b"List-Id: <", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"(", b'"', b"\\", b"<",
    b">", b",", b";", b":", b"=", b"%", "\u0301".encode(), "\u202e".encode(),
)  # fmt: skip

mail_like = st.lists(st.sampled_from(_TOKENS) | st.binary(max_size=8), max_size=60).map(b"".join)
raw_messages = mail_like | st.binary(max_size=400)
texts = mail_like.map(lambda raw: raw.decode("utf-8", "replace"))
anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=20) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ("subject", "from", "to", "cc", "date", "text", "html", "headers", "attachments")
fields = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=9)
