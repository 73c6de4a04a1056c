"""A category that no model here has heard of: insured scooters and bicycles, in two languages."""

import random

_OPENINGS = {
    "fr": ("Bonjour,", "Bonsoir,", "Madame, Monsieur,", ""),
    "en": ("Hello,", "Good morning,", "Hi,", ""),
}
_SAID = {
    "fr": (
        "J'ai acheté une trottinette électrique, comment activer la formule mobilité douce ?",
        "Mon vélo cargo a été volé devant la gare, l'antivol a été scié. Que prend la mobilité ?",
        "La batterie de mon vélo électrique ne charge plus, est-elle couverte par la mobilité ?",
        "Faut-il déclarer le numéro de gravage Bicycode du vélo avant le premier trajet ?",
        "Ma fille loue une trottinette en libre-service, la garantie mobilité la couvre-t-elle ?",
        "J'ai chuté à vélo sur la piste cyclable, guidon tordu et casque fendu.",
        "L'application mobilité refuse la photo de ma trottinette, elle tourne en boucle.",
        "Peut-on ajouter un deuxième vélo à la formule mobilité de la famille ?",
        "Combien coûte la mobilité douce pour une gyroroue bridée à 25 km/h ?",
        "Le réparateur de vélos partenaire n'a pas la pièce, roue voilée depuis trois semaines.",
    ),
    "en": (
        "I have just bought an electric scooter, how do I switch on the light mobility plan?",
        "My cargo bike was stolen outside the station, the lock was cut. What does mobility pay?",
        "The battery of my e-bike no longer charges, does the mobility plan cover batteries?",
        "Do I have to enter the frame number of the bike before my first ride?",
        "My daughter rents shared scooters, does light mobility cover her?",
        "I fell off my bike on the cycle path, bent handlebar and a cracked helmet.",
        "The mobility app refuses the photo of my scooter, it keeps spinning.",
        "Can a second bicycle be added to the family mobility plan?",
        "What does light mobility cost for a monowheel limited to 25 km/h?",
        "The partner bike shop lacks the part, my wheel has been buckled for three weeks.",
    ),
}
_WHERE = {
    "fr": (
        "C'était {} {} avec {}.",
        ("lundi", "mardi", "jeudi", "vendredi", "samedi", "hier", "ce matin", "en avril"),
        ("place du marché", "sur le quai", "devant l'école", "au parking", "à Nantes", "à Dijon",
         "rue des Lilas", "en forêt", "sous le pont", "au garage"),
        ("mon fils", "une collègue", "ma voisine", "deux amis", "le vendeur", "un livreur"),
    ),
    "en": (
        "That was {} {} with {}.",
        ("on Monday", "on Tuesday", "on Thursday", "on Friday", "yesterday", "this morning"),
        ("by the market", "on the quay", "outside the school", "in the car park", "in Leeds",
         "in the forest", "under the bridge", "at the garage", "in Lilac Street"),
        ("my son", "a colleague", "my neighbour", "two friends", "the seller", "a courier"),
    ),
}  # fmt: skip
_CLOSINGS = {
    "fr": ("Merci d'avance.", "Cordialement,", "Bonne journée", ""),
    "en": ("Thanks in advance.", "Kind regards,", "Have a nice day", ""),
}


def text(language: str, draw: random.Random) -> str:
    """One such mail, of two or three sentences."""
    form, *lists = _WHERE[language]
    said = draw.sample(_SAID[language], draw.choice((1, 1, 2)))
    said.append(str(form).format(*(draw.choice(found) for found in lists)))
    parts = [draw.choice(_OPENINGS[language]), *said, draw.choice(_CLOSINGS[language])]
    return "\n\n".join(part for part in parts if part)
