"""How mail programs say that what follows was written before: French, English, neighbours.

Everything here is compared with folded text: lower case, no accents, plain spaces.
"""

import re

from mail.pattern import pattern

# The words before the colon in a block of quoted headers, and the field each stands for.
FIELD_NAMES = {
    "from": "from, de, expediteur, envoye par, emetteur, von, da, desde, van, fra, fran, od, "
    "remitente, от",
    "sent": (
        "sent, envoye, envoye le, date, date d'envoi, gesendet, datum, inviato, data, enviado, "
        "enviado el, fecha, verzonden, sendt, skickat, wyslano, date et heure, sent at, "
        "отправлено, дата"
    ),
    "to": "to, a, pour, destinataire, destinataires, an, para, aan, til, till, do, per, кому",
    "cc": "cc, cci, copie, copie a, bcc, copia, kopie, kopia",
    "subject": (
        "subject, objet, sujet, titre, betreff, oggetto, asunto, assunto, onderwerp, emne, amne, "
        "temat, re, тема"
    ),
    "reply_to": "reply-to, repondre a, reponse a, antwort an, reply to, risposta",
    "other": "importance, priorite, pieces jointes, piece jointe, attachments, organization",
}
FIELD_OF = {
    name.strip(): field for field, names in FIELD_NAMES.items() for name in names.split(",")
}
FIELD_LINE = re.compile(r"[*_ \t]{0,4}([^\W\d](?:[^\W\d]|[' -]){0,20}?)[*_ \t]{0,3}:")

# Marks, the last two of them together and near the words. They are taken at once and looked back
# at: trying each of them as the last took the square of their number.
_RULE = r"[ >*_=~+-]*+(?:" + "|".join(rf"(?<=[-_=~+]{{2}}[ *]{{{n}}})" for n in range(5)) + ")"

REPLY_SEPARATOR = pattern(
    "reply_separator",
    _RULE + r"(?:message|mail|e-?mail|courriel|original message|reply message"
    r"|mensaje|messaggio|ursprungliche nachricht|oorspronkelijk bericht|mensagem)"
    r"(?: (?:d'origine|original[e]?|initial|de depart|origine|originale?))?[ :*]*[-_=~+]{2,}[ *]*$",
    _RULE + r"original (?:message|e-?mail)[ *]*[-_=~+]*[ *]*$",
    r"[*> ]*(?:message|mail) (?:d'origine|original) ?:?[ *]*$",
    r"[*> ]*message du \d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}(?: \d{1,2}[:h]\d{2})?[ *]*:?$",
    r"[*> ]*message du \d{1,2} \w{3,9} \d{4}(?:,? (?:a )?\d{1,2}[:h]\d{2})?[ *]*:?$",
    hints=(
        "message",
        "mail",
        "courriel",
        "mensaje",
        "messaggio",
        "nachricht",
        "bericht",
        "mensagem",
    ),
    matches=(
        "-----Message d'origine-----",
        "----- Mail original -----",
        "-------- Message original --------",
        "-----Original Message-----",
        "*-------- Original Message --------*",
        "> Message du 05/03/24 10:20",
        "________ Message d’origine ________",
        "-----Mensaje original-----",
        "Message d'origine :",
    ),
    spares=(
        "Le message d'origine n'est pas arrivé",
        "Message du 5 mars resté sans réponse",
        "---------- delimiter",
        "Votre mail original disait autre chose",
    ),
)

FORWARD_SEPARATOR = pattern(
    "forward_separator",
    _RULE + r"(?:forwarded (?:message|mail|by)|message (?:transfere|transmis|reexpedie"
    r"|forwarded)|mail transfere|courriel transfere|transfere par|reachemine par|transmis par"
    r"|weitergeleitete nachricht|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht)",
    r"[*> ]*(?:begin forwarded message|debut du message (?:reexpedie|transfere|transmis)"
    r"|message (?:transfere|reexpedie)|mail transfere)[ *]*:[ *]*$",
    r"[*> ]*(?:transfere|reachemine|forwarded) (?:par"
    r"|by) .{1,80}(?:\d{2}[/.]\d{2}[/.]\d{2,4}).{0,30}$",
    hints=(
        "forward",
        "transfer",
        "transmis",
        "reexpedie",
        "reachemine",
        "nachricht",
        "reenviado",
        "inoltrato",
        "doorgestuurd",
    ),
    matches=(
        "---------- Forwarded message ---------",
        "---------- Message transféré ----------",
        "Début du message réexpédié :",
        "Begin forwarded message:",
        "----- Transféré par Jean Dupont/AGENCE/FR le 05/03/2024 10:20 -----",
        "Transféré par Jean Dupont le 05/03/2024 10:20",
        "-------- Message transféré --------",
        "----- Mail transféré -----",
    ),
    spares=(
        "J'ai transféré le message à mon conseiller",
        "Message transféré hier à votre agence",
        "Le contrat a été transféré par mon père",
    ),
)

RULE_LINE = re.compile(r"[ *]*[-_=~+*—–─]{3,}[ *]*")

# Verbs that attribute a quotation, in languages a French insurer's mailboxes see.
VERBS = (
    "ecrit", "repondu", "wrote", "writes", "schrieb", "schreef", "skrev", "scritto", "escribio",
    "escreveu", "kirjoitti", "napisal", "написал", "пише", "от", "写道", "寫道", "さん",
)  # fmt: skip
WROTE = re.compile(
    r"\b(?:a ecrit|a repondu|ecrit|wrote|writes|schrieb|schreef|skrev|ha scritto|escribio|escreveu"
    r"|kirjoitti|napisala?)\b|napisal\(a\)|написал|пишет?\b|\bот\b|写道|寫道|さん"
)
NARRATED = re.compile(r"\b(?:il|elle|on|qui|lui|m'|l'|collegue) ?a ecrit\b")
ATTRIBUTION_END = re.compile(r"(?:[:：]|\bwrote ?-{2,}|(?:\bwrote|\ba ecrit) ?[.]{0,3})[ *_>-]*$")
_DAY = (
    r"lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so"
    r"|понедельник|вторник|сред|четверг|пятниц|суббот|воскресенье"
)
_DATE = r"\d{1,4}[-./ ](?:\d{1,2}|[^\W\d]{2,10}\.?)[-./ ]"
ATTRIBUTION_START = re.compile(
    r"[*_ -]*(?:(?:le|on|am|op|den|el|il|em|dnia|w dniu|en date du|quoting|citando) \S"
    rf"|(?:{_DAY})[^\W\d]{{0,8}}\.?,? |{_DATE})"
)
AUTHOR_START = re.compile(
    r"(?:at|a) \d|[\"<]?[^\s@<>\"]{1,80}@|[\"'(\w]\S* .{0,90}<[^<>@\s]{1,80}@"
)
NAMED_BY_DATE = re.compile(rf"{_DATE}.{{1,200}}<[^<>@\s]{{1,80}}@[^<>\s]{{1,80}}>\s*:$")
EVIDENCE = re.compile(
    r"\d{1,2} ?[:h.] ?\d{2}|\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
    r"|[^\s@<>]{1,80}@[^\s@<>]"
)
ISO_ATTRIBUTION = re.compile(
    r"(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2} (?:\d{1,2}:\d{2} gmt[+-]\d{1,2}:?\d{2} .{1,120}"
    r"|.{1,120}<[^<>@\s]{1,80}@[^<>\s]{1,80}>:?)$"
)

# What an adviser writes above a customer's mail when there is nothing to say about it.
BARE_FORWARD = pattern(
    "bare_forward",
    r"\W*(?:fyi|pvi|pour (?:info(?:rmation)?s?|traitement|suite a donner|attribution"
    r"|votre information)"
    r"|a traiter|for (?:your )?(?:information|action)|see below|voir (?:ci[- ]dessous|plus bas"
    r"|mail)"
    r"|ci[- ]dessous|ci[- ]joint|cf\.? (?:mail |ci[- ])?(?:ci[- ])?(?:dessous|joint|infra)"
    r"|merci (?:de|d')(?: bien vouloir)? ?(?:traiter|prendre en charge|faire le necessaire|voir"
    r"|lire"
    r"|transmettre|y donner suite)|je vous (?:transfere|transmets|fais suivre|laisse)"
    r"|peux[- ]tu (?:traiter|regarder|voir)|pouvez[- ]vous (?:traiter|regarder|prendre en charge)"
    r"|please (?:handle|see|process|take care)|can you (?:handle|take care|deal)|transfere pour)\b",
    matches=(
        "Pour traitement",
        "FYI",
        "Voir ci-dessous.",
        "Merci de traiter la demande de notre client.",
        "Je vous transmets la demande de M. Martin",
        "Please handle.",
    ),
    spares=(
        "Merci de me rembourser",
        "Pour résilier mon contrat, que dois-je faire ?",
        "Ma voiture a été volée, voir la photo",
    ),
)

# Whoever says "I" in a note speaks for themselves, however short the note is.
FIRST_PERSON = re.compile(r"\b(?:je|j'|nous|mon|ma|mes|notre|nos|i|we|my|our)\b")

FORWARD_SUBJECT = pattern(
    "forward_subject",
    r"\W*(?:tr|fw|fwd|wg|rv|i|enc)\s*:",
    matches=("TR: Résiliation", "Tr : sinistre", "Fwd: claim", "FW: hello"),
    spares=("Re: TR-12", "Trajet domicile", "Transfert : contrat"),
)
