"""What surrounds the request in a message: greeting, closing, signature."""

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

SIGNATURE_DELIMITER = re.compile(r"(?:--|—|–|__)\s?$|-- \S{0,2}$")
CONTACT = re.compile(
    r"(?:\+?\d[\d .()/-]{8,}\d)|[^\s@]{1,80}@[^\s@]{1,80}\.[a-z]{2,}|\bwww\.|https?://"
    r"|\b(?:tel|fax|mob|mobile|port|phone|siret|rcs|orias)\b ?[.:]|\b\d{5} [a-z]"
    r"|^\d{1,4},? ?(?:bis |ter )?"
    r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|allee|impasse|route)\b"
)
POSTSCRIPT = re.compile(r"^(?:ps|p\.s\.?|n\.?b\.?|post-scriptum)\b ?[.:-]?")
