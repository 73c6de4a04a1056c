"""What surrounds the request in a message: greeting, closing, signature, disclaimer."""

import re

from mail.pattern import pattern

GREETING = pattern(
    "greeting",
    r"(?:re)?bonjour\b(?:[ ,!.:;a-z'-]{0,60})$",
    r"bonsoir\b(?:[ ,!.:;a-z'-]{0,60})$",
    r"(?:cher|chere|chers|cheres) [a-z' .-]{1,60},?$",
    r"(?:madame|monsieur|mesdames|messieurs|mme|m\.|mr)\b[ ,a-z'.-]{0,60}[,.:!]?$",
    r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening)|salut|coucou)\b[ ,!.a-z'/-]{0,50}$",
    r"(?:a l'attention de|to whom it may concern)\b.{0,60}$",
    starts=(
        *("bonjour", "rebonjour", "bonsoir", "cher", "madame", "monsieur", "mesdames", "messieurs"),
        *("mme", "m.", "mr", "hello", "hi", "hey", "dear", "good ", "salut", "coucou"),
        *("a l'attention", "to whom"),
    ),
    matches=("Bonjour,", "Bonjour Madame Martin,", "Madame, Monsieur,", "Dear Sir or Madam,", "Hi"),
    spares=(
        "Bonjour, je souhaite résilier mon contrat 1234",
        "Madame Martin a eu un accident à 10h",
        "Hi, my car was stolen in 2024",
        "Cher est le prix de votre assurance en 2024",
    ),
)

CLOSING = pattern(
    "closing",
    r"(?:bien |tres |sincerement |respectueuse?ment |salutations ?)*cordialement\b.{0,40}$",
    r"cdlt\b.{0,20}$|cdt\b.{0,20}$|cordiale?s? salutations?\b.{0,20}$",
    r"(?:bien|sincerement|amicalement|respectueusement) (?:a vous|votre|salutations)\b.{0,30}$",
    r"(?:salutations|amicalement|sincerement|respectueusement|bien a (?:vous|toi)"
    r"|a bientot)\b.{0,40}$",
    r"(?:meilleures|sinceres|respectueuses|mes|avec mes)[ a-z]{0,30} salutations\b.{0,30}$",
    r"(?:merci|bonne (?:journee|soiree|reception|fin de journee)|excellente journee)[ ,.!]*"
    r"(?:(?:et )?(?:a vous|d'avance|par avance|beaucoup|bonne journee|cordialement)[ ,.!]*){0,3}$",
    r"(?:dans l'attente|en vous remerciant|je vous prie|nous vous prions|veuillez (?:agreer"
    r"|recevoir"
    r"|croire)|recevez|agreez)\b.{0,200}$",
    r"(?:(?:best|kind|warm|kindest|warmest|many) )?(?:regards|wishes|thanks)\b.{0,30}$",
    r"(?:sincerely|yours (?:sincerely|faithfully|truly)|cheers|thank you|thanks"
    r"|best)\b[ ,.!a-z]{0,30}$",
    starts=(
        *("cord", "cdlt", "cdt", "bien ", "tres ", "sincere", "salutations", "amicalement"),
        *("respectueu", "a bientot", "meilleures ", "mes ", "avec mes ", "merci", "bonne "),
        *("excellente ", "dans l'attente", "en vous remerciant", "je vous prie", "nous vous pri"),
        *("veuillez ", "recevez", "agreez", "best", "kind", "warm", "many ", "regards", "wishes"),
        *("thank", "yours ", "cheers"),
    ),
    matches=(
        "Cordialement,",
        "Bien cordialement",
        "Bien à vous,",
        "Merci d'avance",
        "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
        "Best regards,",
        "Thanks,",
        "Cdlt",
    ),
    spares=(
        "Merci de me rembourser la somme de 120 euros",
        "Cordialement traité par vos services, j'attends toutefois le remboursement promis",
        "Thanks to your adviser my claim was paid twice, please advise",
        "Bien que je sois assuré",
    ),
)

DEVICE = pattern(
    "device",
    r"(?:envoye|expedie) (?:de|depuis|a partir d[e'u]|avec|via|par)\b.{0,80}$",
    r"(?:this (?:message|e?-?mail) was )?sent (?:from|via|with|by"
    r"|using) (?!the )(?:my )?.{2,70}$",
    r"(?:get|telechargez|obtenez|provenance :) ?(?:outlook|courrier|yahoo|gmx"
    r"|la nouvelle)\b.{0,80}$",
    r"(?:from my|via) (?:iphone|ipad|mobile|android|samsung|phone)\b.{0,40}$",
    r"(?:diese nachricht wurde )?von meinem .{1,60}\bgesendet\b.{0,20}$",
    r"gesendet (?:mit|von) .{1,60}$",
    r"(?:sendt fra|skickat fran|verzonden (?:met|vanaf|via)|inviato da|enviado (?:desde|do)"
    r"|wyslane z)\b.{0,60}$",
    starts=(
        *("envoy", "exped", "this ", "sent ", "get ", "telechargez", "obtenez", "provenance"),
        *("from my", "via ", "diese nachricht", "von meinem", "gesendet", "sendt", "skickat"),
        *("verzonden", "inviato", "enviado", "wyslane"),
    ),
    matches=(
        "Envoyé de mon iPhone",
        "Envoyé depuis l'application Mail Orange",
        "Sent from my Galaxy",
        "Téléchargez Outlook pour iOS",
        "Von meinem Mobilgerät gesendet",
        "Get Outlook for Android<https://aka.ms/x>",
        "Sendt fra min iPad",
    ),
    spares=(
        "Le colis a été envoyé de mon domicile hier",
        "J'ai envoyé depuis deux semaines le constat",
        "The letter was sent from the agency",
        "Sent it yesterday",
    ),
)

DISCLAIMER = pattern(
    "disclaimer",
    r"[* ]*(?:ce (?:message|courriel|mail|e-mail|courrier)|le present (?:message|courriel)"
    r"|this (?:message|e-?mail"
    r"|communication|transmission))\b.{0,200}\b(?:confidenti|destinataire|exclusi|intended"
    r"|privileged"
    r"|sans virus|virus|logiciel antivirus)",
    r"[* ]*(?:the information|les informations) (?:contained|contenues?)\b.{0,100}\b(?:message"
    r"|e-?mail|courriel)",
    r"[* ]*(?:confidentiality (?:notice|note)|disclaimer|avis de confidentialite"
    r"|confidentialite)\s*[:.]?",
    r".{0,8}\b(?:avant d'imprimer|pensez a l'environnement|n'imprimez"
    r"|please consider the environment"
    r"|think (?:before|of the environment))\b",
    r".{0,60}(?:garanti|verifie) sans virus|sans virus\b|virus-free\b|l'absence de virus dans",
    r"if you (?:are not the intended|have received this)|si vous n'etes pas (?:le"
    r"|la) destinataire",
    r"si vous avez recu ce (?:message|courriel|mail) par erreur",
    hints=(
        "confidenti",
        "destinataire",
        "intended",
        "privileged",
        "virus",
        "imprim",
        "environ",
        "contain",
        "contenu",
        "disclaimer",
        "exclusi",
        "erreur",
        "received",
    ),
    matches=(
        "Ce message et ses pièces jointes sont confidentiels et destinés à l'usage exclusif de",
        "This email and any attachments are confidential",
        "Avant d'imprimer ce mail, pensez à l'environnement",
        "Garanti sans virus. www.avast.com",
        "Disclaimer: the views",
    ),
    spares=(
        "Ce message concerne mon contrat habitation",
        "Les informations que vous demandez sont ci-jointes",
        "Mon ordinateur a un virus, puis-je déclarer un sinistre ?",
        "Confidentiel santé",
    ),
)

# Warnings a mail server puts above what the sender wrote.
BANNER = pattern(
    "banner",
    r"[\[*\s]*(?:external|externe|courriel externe|mail externe|attention|caution|warning"
    r"|exp externe)\b[\]*\s]*"
    r"[:!-]?\s*(?:$|(?:this|ce|l'expediteur|the sender|email|e-?mail|message|courriel|external)\b)",
    hints=("extern", "attention", "caution", "warning"),
    matches=(
        "[EXTERNAL]",
        "CAUTION: This email originated from outside",
        "Attention : ce message provient de l'extérieur",
    ),
    spares=("Attention au chien sur la photo", "Warning lights are on in my car"),
)

SIGNATURE_DELIMITER = re.compile(r"(?:--|—|–|__)\s?$|-- \S{0,2}$")
CONTACT = re.compile(
    r"(?:\+?\d[\d .()/-]{8,}\d)|[^\s@]{1,80}@[^\s@]{1,80}\.[a-z]{2,}|\bwww\.|https?://"
    r"|\b(?:tel|fax|mob|mobile|port|phone|siret|rcs|orias)\b ?[.:]|\b\d{5} [a-z]"
    r"|^\d{1,4},? ?(?:bis |ter )?"
    r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|allee|impasse|route)\b"
)
POSTSCRIPT = re.compile(r"^(?:ps|p\.s\.?|n\.?b\.?|post-scriptum)\b ?[.:-]?")
