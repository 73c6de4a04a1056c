"""The line a mail program writes of itself: "Envoyé de mon iPhone"."""

from mail.pattern import pattern

# Proper names, which say enough by themselves.
_KNOWN = (
    r"(?:iphone|ipad|ipod|macbook|apple mail|mail for|mailbox|android|samsung|galaxy|huawei|honor"
    r"|xiaomi|redmi|oneplus|oppo|realme|pixel|nokia|xperia|motorola|htc|wiko|alcatel|fairphone"
    r"|blackberry|windows|outlook|hotmail|yahoo|gmail|google mail|aol|gmx|web\.de|thunderbird"
    r"|proton|protonmail|tutanota|fastmail|zimbra|aquamail|k-9|bluemail|typeapp|mailbird|airmail"
    r"|sparrow|superhuman|mailspring|polymail|spark|mixmax|em client|verizon|bell mobilit[ye]'?s?"
    r"|mail orange|orange mail|sfr mail|mail laposte|bouygues telecom|free mobile|courrier windows)"
)
# What they run on: only of one's own, since people send things "by phone" too.
_OWN = (
    r"(?:(?:smart)?phone|mobile|portable|telephone|cell(?:ular)?|tablet(?:te)?|ordinateur|pc|mac"
    r"|device|appareil|dispositivo|telefono|movil|celular|telemovel|handy|mobiltelefon|mobilgerat)"
)
_REST = r"\b(?!.*\b(?:le|on|du) \d)[^:;!?]{0,60}(?:[ <(\[]*https?://\S{0,200})?$"
_OF_MY = r"(?:mon|ma|my|an?|une?|meinem|min|mijn|mi|mio|meu|moj(?:ego)?)"


def _sent(words: str) -> str:
    """Sent by something that has a name, or from a telephone of one's own."""
    return rf"{words} (?:.{{0,40}}\b{_KNOWN}|{_OF_MY} (?:[a-z]{{1,12}} ){{0,2}}{_OWN}){_REST}"


DEVICE = pattern(
    "device",
    _sent(r"(?:envoyee?|expediee?) (?:de|depuis|a partir d(?:e|u|')|avec|via|par)"),
    _sent(r"(?:this (?:message|e-?mail) was )?sent (?:from|via|with|by|using)"),
    _sent(r"(?:diese nachricht wurde )?gesendet (?:mit|von)"),
    _sent(r"(?:sendt fra|skickat fran|verzonden (?:met|vanaf|via)|inviato da|wyslane z)"),
    _sent(r"enviado (?:desde|do|de)"),
    r"(?:envoye|expedie) depuis l'appli(?:cation)? (?:mail|mobile|e-mail|la poste)\b[^:;!?]{0,60}$",
    r"(?:sent|envoye) (?:from|via|de) (?:a )?mobile(?: device)?\)?\.?$",
    r"sent from \[?mail\]?(?:[<(]https?://\S{1,200})? for windows\b[^:;!?]{0,20}$",
    r"(?:get|telechargez|obtenez|provenance :) ?(?:outlook|courrier|yahoo|gmx"
    r"|la nouvelle)\b.{0,80}$",
    r"(?:from my|via) (?:iphone|ipad|mobile|android|samsung|phone)\b[^:;!?]{0,40}$",
    r"(?:diese nachricht wurde )?von meinem .{1,60}\bgesendet\b.{0,20}$",
    starts=(
        *("envoy", "exped", "this ", "sent ", "get ", "telechargez", "obtenez", "provenance"),
        *("from my", "via ", "diese nachricht", "von meinem", "gesendet", "sendt", "skickat"),
        *("verzonden", "inviato", "enviado", "wyslane"),
    ),
    matches=(
        "Envoyé de mon iPhone",
        "Envoyé depuis l'application Mail Orange",
        "Envoyé à partir de Outlook pour Android<https://aka.ms/x>",
        "Envoyé via BlackBerry",
        "Envoyé avec la messagerie sécurisée Proton Mail.",
        "Envoyé depuis mon téléphone portable",
        "Envoyé par le service de messagerie texte de Bell Mobilité.",
        "Sent from my Galaxy",
        "Sent from my mobile device",
        "Sent from [mail](https://go.microsoft.com/fwlink/?LinkId=550986) for Windows 10",
        "Sent with Airmail",
        "Téléchargez Outlook pour iOS",
        "Von meinem Mobilgerät gesendet",
        "Gesendet von Outlook für Android<https://aka.ms/x>",
        "Get Outlook for Android<https://aka.ms/x>",
        "Sendt fra min iPad",
    ),
    spares=(
        "Le colis a été envoyé de mon domicile hier",
        "J'ai envoyé depuis deux semaines le constat",
        "The letter was sent from the agency",
        "Sent it yesterday",
        "envoyé par courrier le 3 mai.",
        "Envoyé par mail à votre agence de Lyon",
        "Envoyé de mon domicile hier",
        "Envoyé de mon iPhone : je résilie mon contrat",
        "Expédié par Chronopost le 3 mai, jamais reçu",
        "sent by registered mail on 3 May.",
        "Envoyé par Gmail le 3 mai",
        "sent by phone to your adviser",
        "Sent from my house on Monday",
        "Sent with the form you gave me",
    ),
)
