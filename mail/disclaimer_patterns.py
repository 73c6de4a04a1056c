"""What lawyers, virus scanners and mail servers put around what the sender wrote."""

import re

from mail.pattern import pattern

_WE = r"(?:message|courriel|mail|e-mail|courrier electronique|email|communication|transmission)"
_THIS = rf"(?:ce(?:t|tte)?|le present|la presente|this|the present) {_WE}"
_FILES = r"attach|(?:pieces?|fichiers?|documents?) jointe?s?|annexe"
_ADDRESSEE = (
    r"destinataire|destinee?s? (?:exclusiv|uniquement|seulement|a l)|exclusi|intended|addressee"
    r"|recipient|solely for|only for"
)
_PRIVATE = r"confidenti|privileged|secret|protege par|protected by"

# Two marks of a disclaimer are asked of a sentence about "this message": people say one of them.
DISCLAIMER = pattern(
    "disclaimer",
    rf"{_THIS}\b(?=.{{0,300}}\b(?:{_PRIVATE}))(?=.{{0,300}}\b(?:{_FILES}|{_ADDRESSEE}))",
    rf"{_THIS}\b(?=.{{0,200}}\b(?:destine|intended|adresse))"
    r"(?=.{0,300}\b(?:exclusi|uniquement|seulement|strictement|only\b|solely))",
    rf"(?:the information|les informations) (?:contained|contenues?) (?:in|dans) {_THIS}\b"
    rf"(?=.{{0,300}}\b(?:{_PRIVATE}|{_ADDRESSEE}|strictement|legally))",
    rf"(?:{_THIS} (?:a ete|has been|was) (?:verifiee?|analysee?|scanne|scanned|checked)"
    r"|l'absence de virus dans)\b.{0,80}\b(?:virus|antivirus|malware)",
    r"(?:confidentiality (?:notice|note|statement)|disclaimer|avis de confidentialite"
    r"|confidentialite)\s*(?:[:.-]|$)",
    r"(?:p )?(?:avant d'imprimer\b(?=.{0,120}\b(?:environnement|planete|arbre))"
    r"|pensez a l'environnement|n'imprimez (?:ce|cet|que si)\b"
    r"|please consider the environment|think (?:before you print|of the environment))\b",
    rf"(?:{_WE} )?(?:garanti|verifie) sans virus\b|sans virus[ .]*(?:$|www|<|http|avast)"
    r"|virus-free[ .]*(?:$|www|<|http|avast)",
    r"if you (?:are not|aren't) (?:the|an) (?:intended|named) (?:recipient|addressee)",
    rf"if you (?:have )?received? {_THIS} (?:in error|by mistake)",
    r"si vous n'etes pas (?:le|la|l'un des) (?:bon |veritable |reel )?destinataires?\b"
    r"(?=.{0,300}\b(?:detrui|supprim|efface|interdi|averti|inform|avis|notifi|signale))",
    rf"si vous avez recu (?:par erreur )?{_THIS} par erreur",
    starts=(
        *("ce ", "cet ", "cette ", "le present", "la presente", "this ", "the present"),
        *("the information ", "les informations ", "l'absence de virus", "disclaimer"),
        *("confidentiality", "avis de confidentialite", "confidentialite", "avant d'imprimer"),
        *("pensez a", "n'imprimez", "please consider", "think ", "p ", "garanti", "verifie"),
        *("message ", "courriel ", "mail ", "e-mail ", "courrier electronique ", "email "),
        *("communication ", "transmission ", "sans virus", "virus-free", "if you ", "si vous "),
    ),
    matches=(
        "Ce message et ses pièces jointes sont confidentiels et destinés à l'usage exclusif de",
        "Ce message est confidentiel et destiné exclusivement à son destinataire.",
        "Le présent courriel est destiné uniquement à la personne nommée",
        "This email and any attachments are confidential",
        "This e-mail is intended only for the person named above",
        "The information contained in this message is confidential",
        "Les informations contenues dans ce courriel sont strictement réservées",
        "Avant d'imprimer ce mail, pensez à l'environnement",
        "Garanti sans virus. www.avast.com",
        "L'absence de virus dans ce courrier électronique a été vérifiée par le logiciel antivirus",
        "Disclaimer: the views",
        "Confidentiality notice",
        "If you are not the intended recipient, please delete it",
        "Si vous n'êtes pas le destinataire de ce message, merci de le détruire",
        "Si vous avez reçu ce message par erreur",
    ),
    spares=(
        "Ce message concerne mon contrat habitation",
        "Ce message est confidentiel, il contient des données de santé.",
        "Ce courrier recommandé n'est jamais parvenu au destinataire.",
        "Ce message provient d'un expéditeur externe. Virus possible.",
        "Les informations que vous demandez sont ci-jointes",
        "Les informations contenues dans votre courriel du 3 mai sont fausses.",
        "Les informations contenues dans ce courriel sont fausses.",
        "Mon ordinateur a un virus, puis-je déclarer un sinistre ?",
        "Mon ordinateur garanti sans virus a été volé",
        "Sans virus sur son poste, mon fils a perdu ses données",
        "Confidentiel santé",
        "Confidentialité de mon dossier médical",
        "Avant d'imprimer le constat, dites-nous quoi remplir",
        "Si vous n'êtes pas le destinataire merci de transmettre au service sinistres.",
        "If you are not the intended person please forward.",
        "If you have received this claim please confirm.",
        "This message was not received by the recipient of the policy",
        "Think before refusing the claim",
    ),
)

# What a disclaimer goes on with in its next paragraph; alone it is no disclaimer.
DISCLAIMER_GOES_ON = pattern(
    "disclaimer_goes_on",
    r"(?:toute|any|all) (?:autre |other |unauthori[sz]ed )?(?:utilisation|diffusion"
    r"|publication|reproduction|modification|divulgation|use|disclosure|dissemination|copying|review"
    r"|distribution)\b",
    r"(?:les|the|any|all) (?:messages electroniques|communications (?:par|sur) internet"
    r"|opinions?|views?|e-?mail transmissions?|internet communications?)\b",
    rf"{_THIS} (?:ne (?:peut|doit|saurait|constitue)|may|must|can ?not|does not|should"
    r"|shall)\b",
    r"(?:l'expediteur|the sender|l'emetteur|la societe|the company|internet)\b.{0,80}"
    r"\b(?:responsab|liab|accepts?|garanti|guarantee|warrant|securi)",
    r".{1,80}\b(?:(?:decline|degage) toute responsabilite|accepts? no (?:liability|responsibility)"
    r"|(?:is )?registered (?:in (?:england|scotland|ireland|france)|office|number)"
    r"|siege social|societe anonyme|au capital de)\b",
    matches=(
        "Toute utilisation, diffusion ou reproduction non autorisée est interdite.",
        "Any unauthorised use is prohibited",
        "The views expressed are those of the author",
        "Les messages électroniques étant susceptibles d'altération",
        "This e-mail may not be copied",
        "L'expéditeur décline toute responsabilité",
        "Example Ltd is registered in England, number 1234567",
        "Exemple SA au capital de 100 000 euros, siège social : Lyon",
    ),
    spares=(
        "Je souhaite résilier mon contrat 123 et être remboursé.",
        "Veuillez rembourser toute utilisation de la carte.",
        "Ce message annule le précédent, merci de rembourser le contrat.",
        "Les opérations du 3 mai sont contestées.",
        "L'expéditeur du colis est assuré chez vous.",
    ),
)

# Lawyers do not speak for themselves: whoever says "I" asks for something.
FIRST_PERSON_SINGULAR = re.compile(r"\b(?:je|j'|moi|mon|ma|mes|i|i'm|i've|my|mine)\b|\bj'")

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
