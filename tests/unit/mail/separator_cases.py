"""Thirty ways mail programs introduce what is quoted, and twenty texts that look like it
or like what is put around a message.

The quoted text stands below without any ``>``, which is how most programs leave it.
"""

SEPARATORS = {
    "gmail_fr": "Le mar. 5 mars 2024 à 10:20, Jean Dupont <jean@exemple.fr> a écrit :",
    "gmail_fr_nbsp": "Le mar. 5 mars 2024 à 10:20, Jean Dupont <jean@exemple.fr> a écrit\u00a0:",
    "gmail_fr_narrow_nbsp": "Le 5 mars 2024 à 10:20, Jean Dupont <jean@exemple.fr> a écrit\u202f:",
    "gmail_fr_two_lines": "Le mar. 5 mars 2024 à 10:20, Jean Dupont <jean@exemple.fr> a\nécrit :",
    "gmail_fr_three_lines": (
        "Le mardi 5 mars 2024 à 10:20:33 UTC+1, Service Relation Clients\n"
        "Auto et Habitation <relation.clients@assureur-exemple.fr>\na écrit :"
    ),
    "gmail_fr_address_cut": "Le 5 mars 2024 à 10:20, Jean Dupont <jean@exemple.fr\n> a écrit :",
    "apple_fr": "Le 5 mars 2024 à 10:20, Jean Dupont <jean@exemple.fr> a écrit :",
    "apple_fr_h": "Le 5 mars 2024 à 10 h 20, Jean Dupont <jean@exemple.fr> a écrit :",
    "no_accents": "Le 05/03/2024 a 10:20, Jean Dupont a ecrit :",
    "thunderbird_fr": "Le 05/03/2024 à 10:20, Jean Dupont a écrit :",
    "roundcube_fr": "Le 2024-03-05 10:20, jean@exemple.fr a écrit :",
    "outlook_fr": (
        "De : Jean Dupont <jean@exemple.fr>\nEnvoyé : mardi 5 mars 2024 10:20\n"
        "À : Service Clients <clients@assureur.fr>\nObjet : RE: Mon contrat"
    ),
    "outlook_fr_nbsp": (
        "De\u00a0: Jean Dupont\nEnvoyé\u00a0: mardi 5 mars 2024 10:20\n"
        "À\u00a0: Service Clients\nObjet\u00a0: RE: Mon contrat"
    ),
    "outlook_fr_original": (
        "-----Message d'origine-----\nDe : Jean Dupont [mailto:jean@exemple.fr]\n"
        "Envoyé : mardi 5 mars 2024 10:20\nÀ : clients@assureur.fr\nObjet : Mon contrat"
    ),
    "outlook_rule": (
        "________________________________\nDe : Jean Dupont <jean@exemple.fr>\n"
        "Envoyé : mardi 5 mars 2024 10:20\nÀ : clients@assureur.fr\nObjet : Mon contrat"
    ),
    "outlook_bold": (
        "*De :* Jean Dupont <jean@exemple.fr>\n*Envoyé :* mardi 5 mars 2024 10:20\n"
        "*À :* clients@assureur.fr\n*Objet :* Mon contrat"
    ),
    "outlook_blank_lines": (
        "De : Jean Dupont <jean@exemple.fr>\n\nEnvoyé : mardi 5 mars 2024 10:20\n\n"
        "À : clients@assureur.fr\n\nObjet : Mon contrat"
    ),
    "orange": (
        'Message du 05/03/24 10:20\nDe : "Jean Dupont"\nA : clients@assureur.fr\n'
        "Copie à : \nObjet : Mon contrat"
    ),
    "laposte_zimbra": (
        '----- Mail original -----\nDe: "Jean Dupont" <jean@exemple.fr>\n'
        'À: "Clients" <clients@assureur.fr>\nEnvoyé: Mardi 5 Mars 2024 10:20:33\nObjet: Mon contrat'
    ),
    "yahoo_fr": (
        "De : Jean Dupont <jean@exemple.fr>\nÀ : clients@assureur.fr\n"
        "Envoyé le : mardi 5 mars 2024 à 10:20:33 UTC+1\nObjet : Mon contrat"
    ),
    "samsung_fr": (
        "-------- Message d'origine --------\nDe : Jean Dupont <jean@exemple.fr>\n"
        "Date : 05/03/2024 10:20 (GMT+01:00)\nÀ : clients@assureur.fr\nObjet : Mon contrat"
    ),
    "free": (
        "----- Mail transféré -----\nDe: Jean Dupont <jean@exemple.fr>\nÀ: clients@assureur.fr\n"
        "Envoyé: Mardi 5 Mars 2024 10:20\nObjet: Mon contrat"
    ),
    "apple_forward_fr": (
        "Début du message réexpédié :\n\nDe: Jean Dupont <jean@exemple.fr>\nObjet: Mon contrat\n"
        "Date: 5 mars 2024 à 10:20:33 UTC+1\nÀ: clients@assureur.fr"
    ),
    "gmail_forward_fr": (
        "---------- Message transféré ---------\nDe : Jean Dupont <jean@exemple.fr>\n"
        "Date: mar. 5 mars 2024 à 10:20\nSubject: Mon contrat\nTo: <clients@assureur.fr>"
    ),
    "lotus": "----- Transféré par Jean Dupont/AGENCE/FR le 05/03/2024 10:20 -----",
    "gmail_en": "On Tue, Mar 5, 2024 at 10:20 AM John Smith <john@example.com> wrote:",
    "gmail_en_two_lines": "On Tue, Mar 5, 2024 at 10:20 AM John Smith <\njohn@example.com> wrote:",
    "outlook_en": (
        "From: John Smith <john@example.com>\nSent: Tuesday, March 5, 2024 10:20 AM\n"
        "To: Claims <claims@insurer.example>\nSubject: RE: My policy"
    ),
    "original_en": "-----Original Message-----",
    "apple_forward_en": (
        "Begin forwarded message:\n\nFrom: John Smith <john@example.com>\nSubject: My policy\n"
        "Date: 5 March 2024 at 10:20:33 GMT\nTo: claims@insurer.example"
    ),
}

# What must stay in the newest message, each text whole unless a shorter one is named.
MUST_NOT_CUT = {
    "moving_house": (
        "Bonjour,\nje déménage :\nDe : 12 rue des Lilas, Lyon\nA : 3 rue Pasteur, 69007 Lyon\n"
        "Date : 1er juin 2024\nMerci de modifier mon contrat."
    ),
    "policy_for_son": (
        "Bonjour,\nje souhaite assurer un scooter.\nPour : mon fils Paul\nDate : 12/03/2024\n"
        "Objet : scooter 50 cm3\nMerci"
    ),
    "prose_wrote": (
        "Le 12 mai 2024 à 10:20 votre collègue a écrit que le dossier était clos.\n"
        "Or je n'ai rien reçu, merci de le rouvrir."
    ),
    "twelve_dates": "Voici mes disponibilités :\n" + "Date : 12/03/2024\n" * 12 + "Merci.",
    "hyphen_list": (
        "Il me faut :\n- l'attestation habitation\n- le relevé\n-- et la carte verte\n"
        "Pouvez-vous me les envoyer ?"
    ),
    "closing_first": "Cordialement reçue par votre agence, je demande maintenant un devis auto.",
    "dashes": "Sinistre\n----------\nLe plafond est tombé.\n----------\nQue faire ?",
    "sent_from": (
        "Envoyé de Lyon le 3 mars, mon colis assuré n'est jamais arrivé à Paris.\n"
        "Je demande une indemnisation."
    ),
    "starts_with_on": "On\n\nMonday my car was stolen.\n\nI wrote to you twice: nobody answered.",
    "phone_then_request": (
        "Mon numéro :\n06 12 34 56 78\nRappelez-moi pour résilier mon contrat auto, merci."
    ),
    "from_in_prose": (
        "From: the beginning I was told I am covered.\nTo: my surprise the claim was refused.\n"
        "Please explain."
    ),
    "bottom_post": (
        "Le 5 mars 2024 à 10:20, Jean <jean@exemple.fr> a écrit :\n> Souhaitez-vous résilier ?\n"
        "> Jean\n\nOui, je confirme la résiliation au 1er avril."
    ),
    "confidential_health": (
        "Bonjour,\n\nCe message est confidentiel, il contient des données de santé.\n\n"
        "Je souhaite résilier mon contrat 123 et être remboursé."
    ),
    "registered_letter": (
        "Bonjour,\n\nCe courrier recommandé n'est jamais parvenu au destinataire.\n"
        "Je demande le remboursement des frais et la résiliation du contrat."
    ),
    "wrong_information": (
        "Bonjour,\n\nLes informations contenues dans votre courriel du 3 mai sont fausses.\n"
        "Merci de rectifier ma date de naissance."
    ),
    "external_sender": (
        "Bonjour,\n\nCe message provient d'un expéditeur externe. Virus possible.\n\n"
        "Veuillez résilier le contrat."
    ),
    "wrong_addressee": (
        "Bonjour,\n\nSi vous n'êtes pas le destinataire merci de transmettre au service "
        "sinistres.\n\nMa maison a brûlé cette nuit, que dois-je faire ?"
    ),
    "disclaimer_on_top": (
        "Hello,\n\nThis message and its attachments are confidential.\n\n"
        "Please cancel the policy and refund the premium."
    ),
    "sent_by_post": (
        "Bonjour,\n\nLe contrat signé a été\nenvoyé par courrier le 3 mai.\n"
        "Veuillez résilier le contrat.\nJe veux un remboursement."
    ),
    "sent_by_post_en": (
        "Hello,\n\nThe policy documents were\nsent by registered mail on 3 May.\n"
        "Please refund my premium."
    ),
}
KEPT = {"bottom_post": "Oui, je confirme la résiliation au 1er avril."}
