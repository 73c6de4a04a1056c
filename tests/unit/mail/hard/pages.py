"""Web pages as mail carries them: what a reader sees of them, and what is hidden."""

from tests.unit.mail.hard.case import Case, page


def _hidden(style: str) -> Case:
    raw = page(f'<p>Bonjour</p><div style="{style}">viagra</div>')
    return Case(f"hidden by {style}", raw, says=("Bonjour",), hides=("viagra",))


def _shown(style: str, inner: str = "") -> Case:
    raw = page(f'<div style="{style}"><p style="{inner}">Bonjour</p></div><p>x</p>')
    return Case(f"shown with {style}, {inner}", raw, says=("Bonjour",))


CASES = [
    *map(
        _hidden,
        (
            "display:\tnone",
            "display:\nnone",
            "display/**/:/* x */none",
            "DISPLAY : NONE !important; display:block",
            "display&#58;none",
            "visibility:hidden",
            "font-size:0",
            "font-size:0em",
            "font-size:0.1px",
            "font-size:1pt",
            "font:0/0 a",
            "line-height:0",
            "opacity:.0",
            "opacity:0%",
            "height:0;overflow:hidden",
            "max-height:0px",
            "left:-9999px",
            "text-indent:-999em",
            "clip:rect(0 0 0 0)",
            "mso-hide:all",
        ),
    ),
    _shown("font-size:1em"),
    _shown("font-size: 1.0em"),
    _shown("font-size:100%"),
    _shown("font-size:0px", "font-size:13px"),
    _shown("font-size:1px", "font:bold 14px/1.2 Arial"),
    _shown("line-height:0", "line-height:1.5"),
    _shown("visibility:hidden", "visibility:visible"),
    _shown("color:#fff", "color:#000"),
    _shown("color:#fff", "background:#039"),
    _shown("line-height:1"),
    _shown("max-height:100px"),
    _shown("opacity:0.9"),
    _shown("left:-10px"),
    Case(
        "sized within a cell without size, as MJML writes it",
        page(
            '<table><tr><td style="font-size:0px;padding:10px 25px;word-break:break-word;">'
            '<div style="font-size:13px;line-height:1;color:#000000;">Je résilie</div></td></tr>'
        ),
        says=("Je résilie",),
    ),
    Case(
        "a share of nothing",
        page('<p>Bonjour</p><div style="font-size:0"><p style="font-size:2em">viagra</p></div>'),
        says=("Bonjour",),
        hides=("viagra",),
    ),
    Case(
        "nothing but hidden text",
        page('<div style="font-size:0">Je résilie</div>'),
        says=("Je résilie",),
        defects=("hidden_text",),
    ),
    Case(
        "hidden formatting that ends within a block",
        page("<font color=white><p>viagra</font>Bonjour</p>Je résilie"),
        says=("Bonjour", "Je résilie"),
        hides=("viagra",),
    ),
    Case(
        "colour that a table does not take in",
        page("<table><font color=white><tr><td>Bonjour</table>Je résilie"),
        says=("Bonjour", "Je résilie"),
    ),
    Case(
        "an angle in an attribute and a tag in a comment",
        page('<p title="a>b" hidden>viagra</p><!-- > <p hidden> -->Bonjour'),
        reads="Bonjour",
    ),
    Case(
        "cells and items that do not end",
        page("<table><tr><td>Contrat<td>123<tr><td>Auto</table><ul><li>vol<li>feu"),
        reads="Contrat 123 Auto - vol - feu",
    ),
    Case(
        "a drawing that does not end",
        page("<svg><text>viagra</text><p>Bonjour</p>"),
        reads="Bonjour",
    ),
    Case(
        "a head that does not end", page("<html><head><title>x</title><p>Bonjour"), reads="Bonjour"
    ),
    Case(
        "style sheet",
        page("<style>p{color:red}</style><p>Bonjour</p>"),
        says=("Bonjour",),
        hides=("color",),
    ),
    Case(
        "hidden text",
        page(
            '<p>Bonjour</p><p style="display: none">viagra</p>'
            '<p style="font-size:0">casino</p><p hidden>loto</p>'
        ),
        says=("Bonjour",),
        hides=("viagra", "casino", "loto"),
    ),
    Case(
        "white on white",
        page('<p>Bonjour</p><span style="color:#FFFFFF">viagra</span>'),
        says=("Bonjour",),
        hides=("viagra",),
    ),
    Case(
        "white in every notation",
        page(
            "<p>Bonjour</p>"
            + "".join(
                f'<p style="color:{white}">viagra</p>'
                for white in (
                    "white",
                    "#fff",
                    "#FEFEFE",
                    "#ffff",
                    "rgb(255,255,255)",
                    "rgb(100% 100% 100%)",
                    "rgba(255, 255, 255, .9)",
                    "hsl(0,0%,100%)",
                    "transparent",
                    "rgba(0,0,0,0)",
                )
            )
            + "<font color=white>casino</font><font color=FFFFFF>loto</font>"
        ),
        says=("Bonjour",),
        hides=("viagra", "casino", "loto"),
    ),
    Case(
        "white on a coloured button",
        page('<div style="background:#039"><a style="color:#fff">Mon espace</a></div>'),
        says=("Mon espace",),
    ),
    Case(
        "white on old colours, and a link below white",
        page(
            "<table><tr><td bgcolor=003399><font color=white>Mon espace</font></td>"
            "<td background=x.png style='color:#fff'>Contrat</td></tr></table>"
            "<font color=white><a href=x>Lien</a></font>"
        ),
        says=("Mon espace", "Contrat", "Lien"),
    ),
    Case(
        "preheader",
        page('<div style="max-height:0px;overflow:hidden">Offre</div><p>Bonjour</p>'),
        says=("Bonjour",),
        hides=("Offre",),
    ),
    Case(
        "tracking pixel",
        page('<p>Bonjour</p><img width="1" height="1" src="http://x/t.gif">'),
        reads="Bonjour",
    ),
]
