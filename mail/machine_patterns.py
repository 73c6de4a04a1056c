"""What machines say about themselves, in French and English."""

from mail.pattern import pattern

BOUNCE_SENDER = pattern(
    "bounce_sender",
    r"^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?delivery|noreply-mailer|mdaemon)\b",
    matches=("mailer-daemon@x.fr", "MAILER-DAEMON@orange.fr", "postmaster@x.fr"),
    spares=("jean.mailer@x.fr", "daemon@x.fr", "contact@postmaster-services.fr"),
)

BOUNCE_SUBJECT = pattern(
    "bounce_subject",
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|failure notice|mail delivery"
    r"|non[- ](?:remis|distribu)|échec (?:de (?:la )?)?(?:remise|distribution|livraison)"
    r"|message (?:non délivré|en attente)|impossible de remettre",
    matches=(
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "Échec de la remise : votre contrat",
        "Non remis : Déclaration de sinistre",
    ),
    spares=("Chèque non reçu", "Retour de mon courrier", "Colis livré en retard"),
)

OUT_OF_OFFICE_SUBJECT = pattern(
    "out_of_office_subject",
    r"^\W*(?:r[ée]ponse automatique(?: d['’]absence)?\s*:?.{0,40}\b(?:absen|congé|vacances)"
    r"|(?:absence|absent|absente) (?:du bureau|automatique)|message d['’]absence|avis d['’]absence"
    r"|out[- ]of[- ](?:the[- ])?office|(?:automatic reply|auto(?:matic)?[- ]?reply|autoreply)\s*:"
    r".{0,40}\b(?:out of|away|vacation|holiday|leave)|(?:i am |i'm )?on (?:vacation|annual leave)\b"
    r"|vacation (?:reply|response|message))",
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
    r"^\W*(?:(?:réponse|reponse) automatique|accusé de réception automatique|automatic reply"
    r"|auto(?:matic)?[- ]?(?:reply|response)|autoreply|\[auto(?:-reply|réponse)\])",
    matches=("Réponse automatique : Re: contrat", "Automatic reply: Invoice", "AutoReply: hello"),
    spares=("Votre réponse automatique est fausse", "Paiement automatique", "Résiliation auto"),
)

READ_RECEIPT_SUBJECT = pattern(
    "read_receipt_subject",
    r"^(?:read|lu|lus|not read|non lu|message lu|return receipt \(displayed\))\s*:\s",
    matches=("Lu : Contrat 123", "Read: Claim", "Non lu : relance"),
    spares=("Lu et approuvé", "Reader: question", "J'ai lu : trop cher"),
)

OUT_OF_OFFICE = (
    pattern(
        "absent_now",
        r"je (?:suis|serai) (?:actuellement |de nouveau )?(?:absente?|en (?:congés?|vacances))"
        r"(?! (?:maladie|maternité|parental|de travail|pour))"
        r"|(?:i am|i'm|i will be) (?:currently )?"
        r"(?:out of (?:the )?office|away|on (?:vacation|holiday|annual leave|leave))",
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
    ),
    pattern(
        "on_return",
        r"(?:à|dès) mon retour|je (?:prendrai connaissance|répondrai|traiterai|vous répondrai)"
        r"|en cas d['’]urgence,? (?:veuillez|merci de|vous pouvez|contacte[rz])|with limited access"
        r"|(?:upon|on|when i) (?:my )?return|for urgent (?:matters|requests|issues)",
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
    ),
)
