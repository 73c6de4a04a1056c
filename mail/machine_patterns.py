"""What machines say about themselves, in French and English."""

from mail.pattern import pattern

BOUNCE_SENDER = pattern(
    "bounce_sender",
    r"(?:mailer[-_.]?daemon|postmaster|mail[-_.]?delivery|noreply-mailer|mdaemon)@",
    matches=("mailer-daemon@x.fr", "MAILER-DAEMON@orange.fr", "postmaster@x.fr"),
    spares=("jean.mailer@x.fr", "daemon@x.fr", "contact@postmaster-services.fr"),
)

BOUNCE_SUBJECT = pattern(
    "bounce_subject",
    r"undeliver|returned mail|failure notice|mail delivery",
    r"delivery (?:status|failure|has failed)",
    r"non[- ](?:remis|distribu)|impossible de remettre|message non delivre",
    r"echec (?:de (?:la )?)?(?:remise|distribution|livraison)",
    matches=(
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "Échec de la remise : votre contrat",
        "Non remis : Déclaration de sinistre",
    ),
    spares=("Chèque non reçu", "Retour de mon courrier", "Colis livré en retard"),
    anywhere=True,
)

_AWAY = r".{0,40}\b(?:absen|conges?\b|vacances|out of|away|vacation|holiday|on leave|annual leave)"

OUT_OF_OFFICE_SUBJECT = pattern(
    "out_of_office_subject",
    rf"\W*reponse automatique(?: d'absence)?\s*:?{_AWAY}",
    rf"\W*auto(?:matic)?[- ]?reply\s*:{_AWAY}",
    r"\W*absen(?:ce|te?) (?:du bureau|automatique)",
    r"\W*(?:message|avis) d'absence",
    r"\W*out[- ]of[- ](?:the[- ])?office",
    r"\W*(?:i am |i'm )?on (?:vacation|annual leave)\b",
    r"\W*vacation (?:reply|response|message)",
    matches=(
        "Absence du bureau : votre demande",
        "Réponse automatique : en congés jusqu'au 3 mai",
        "Out of Office: Re: claim",
        "Out of Office AutoReply: Hello",
        "Automatic reply: I am on annual leave",
    ),
    spares=(
        "Arrêt maladie et absence du bureau",
        "Congé maladie : indemnités journalières",
        "Départ à la retraite",
        "Assurance vacances",
        "Annulation de mon voyage, absent pour raison médicale",
    ),
)

AUTO_REPLY_SUBJECT = pattern(
    "auto_reply_subject",
    r"\W*reponse automatique",
    r"\W*accuse de reception automatique",
    r"\W*auto(?:matic)?[- ]?(?:reply|response)",
    r"\[auto(?:-reply|reponse)\]",
    matches=("Réponse automatique : Re: contrat", "Automatic reply: Invoice", "AutoReply: hello"),
    spares=("Votre réponse automatique est fausse", "Paiement automatique", "Résiliation auto"),
)

READ_RECEIPT_SUBJECT = pattern(
    "read_receipt_subject",
    r"(?:read|lu|lus|not read|non lu|message lu|return receipt \(displayed\))\s*:\s",
    matches=("Lu : Contrat 123", "Read: Claim", "Non lu : relance"),
    spares=("Lu et approuvé", "Reader: question", "J'ai lu : trop cher"),
)

ABSENT_NOW = pattern(
    "absent_now",
    r"je (?:suis|serai) (?:actuellement |de nouveau )?(?:absente?|en (?:conges?|vacances))"
    r"(?! (?:maladie|maternite|parental|de travail|pour))",
    r"(?:i am|i'm|i will be) (?:currently )?(?:out of (?:the )?office|away|on (?:\w+ )?leave"
    r"|on (?:vacation|holiday))",
    hints=("je suis", "je serai", "i am", "i'm", "i will be"),
    matches=(
        "Bonjour, je suis actuellement absente jusqu'au 3 mai.",
        "Je suis en congés du 1er au 15 août.",
        "I am currently out of the office.",
    ),
    spares=(
        "Je suis en congé maladie depuis mars",
        "Je suis à la retraite",
        "Je suis en congé maternité",
    ),
    anywhere=True,
)

ON_RETURN = pattern(
    "on_return",
    r"(?:a|des) mon retour",
    r"je (?:prendrai connaissance|traiterai|vous repondrai)",
    r"en cas d'urgence,? (?:veuillez|merci de|vous pouvez|contacte[rz])",
    r"with limited access|(?:upon|on) my return|when i return",
    r"for urgent (?:matters|requests|issues)",
    hints=(
        "retour",
        "return",
        "urgen",
        "limited access",
        "je prendrai",
        "je traiterai",
        "repondrai",
    ),
    matches=(
        "Je vous répondrai à mon retour.",
        "En cas d'urgence, contactez le standard.",
        "I will answer on my return.",
    ),
    spares=(
        "Merci de me répondre rapidement",
        "J'attends votre retour",
        "Il y a urgence, ma maison est inondée",
    ),
    anywhere=True,
)

OUT_OF_OFFICE = (ON_RETURN, ABSENT_NOW)  # the rarer one first
