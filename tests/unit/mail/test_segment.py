"""The newest message is found, and nothing of it is lost."""

import pytest

from mail.message_parts import SegmentKind
from mail.parse import from_fields
from mail.segment import segment
from mail.text import model_input
from mail.types import Address
from tests.unit.mail.separator_cases import KEPT, MUST_NOT_CUT, SEPARATORS

REPLY = "Bonjour,\n\nJe confirme ma demande.\n\n"
OLD = "\n\nVotre dossier est clos depuis hier.\nLe service clients\n"


def words(text: str) -> list[str]:
    """The words of a text, however it is laid out."""
    return text.split()


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS.keys())
def test_separator(separator: str) -> None:
    """Everything above the separator is the newest message, nothing below it is."""
    found = segment(REPLY + separator + OLD)
    assert words(found.whole(0)) == words(REPLY)
    assert words(found.whole(1)) == words(OLD)


def test_there_are_thirty_separators() -> None:
    """None is left out of the count."""
    assert len(SEPARATORS) == 30
    assert len(MUST_NOT_CUT) == 20


@pytest.mark.parametrize("name", MUST_NOT_CUT)
def test_text_that_must_not_be_cut(name: str) -> None:
    """What only looks like a quotation stays in the newest message."""
    text = MUST_NOT_CUT[name]
    assert words(segment(text).said(0)) == words(KEPT.get(name, text))


def test_a_parcel_is_no_quoted_header() -> None:
    """Neither a date nor an address says that somebody wrote this to somebody."""
    text = "Envoyé par courrier :\nDe : Paris\nÀ : Lyon\nObjet : colis perdu\nQue faire ?"
    assert words(segment(text).said(0)) == words(text)


MESSAGE = """\
Bonjour Madame,

Je souhaite résilier mon contrat habitation.

Bien cordialement,
Jean Dupont

12 rue des Lilas
06 12 34 56 78

Envoyé de mon iPhone

Ce message et ses pièces jointes sont confidentiels et réservés à leur destinataire.
"""


def test_the_parts_of_a_message_are_told_apart() -> None:
    """Greeting, body, closing, signature and disclaimer each have their span."""
    spans = {
        (part.kind, MESSAGE[part.start : part.end].strip()) for part in segment(MESSAGE).segments
    }
    assert spans == {
        (SegmentKind.GREETING, "Bonjour Madame,"),
        (SegmentKind.BODY, "Je souhaite résilier mon contrat habitation."),
        (SegmentKind.CLOSING, "Bien cordialement,\nJean Dupont"),
        (SegmentKind.SIGNATURE, "12 rue des Lilas\n06 12 34 56 78\n\nEnvoyé de mon iPhone"),
        (SegmentKind.DISCLAIMER, MESSAGE.strip().split("\n")[-1]),
    }


DISCLAIMER = "Ce message et ses pièces jointes sont confidentiels et destinés à son destinataire."


def said(text: str) -> list[str]:
    """The words of the newest message."""
    return words(segment(text).said(0))


def test_a_disclaimer_ends_with_its_paragraph() -> None:
    """What stands below it was written by the sender; its second paragraph was not."""
    more = "Toute diffusion non autorisée est interdite."
    asked = "Au fait, je demande aussi un devis."
    text = f"Je résilie.\n\n{DISCLAIMER}\n\n{more}\n\n{asked}\n\nCordialement,\nJean"
    assert said(text) == words(f"Je résilie. {asked} Cordialement, Jean")
    kinds = [part.kind for part in segment(text).segments]
    assert kinds.count(SegmentKind.DISCLAIMER) == 1


def test_whoever_says_i_disclaims_nothing() -> None:
    """Whatever else the paragraph says."""
    text = f"Un mot encore.\n\n{DISCLAIMER}\nJe résilie donc ce contrat."
    assert said(text) == words(text)


def test_a_device_is_named_where_no_sentence_runs_on() -> None:
    """Below a blank line, a name or an end; what is said below the device's line is kept."""
    wrapped = "La photo que vous demandiez pour le sinistre fut\nenvoyée depuis mon iPhone hier"
    assert said(wrapped) == words(wrapped)
    for above in ("Jean Dupont", "Merci d'avance,", "06 12 34 56 78"):
        signed = f"Je résilie mon contrat.\n{above}\nEnvoyé de mon iPhone"
        assert "iPhone" not in model_input(from_fields({"text": signed}))
    below = (
        "Bonjour,\nma voiture est en panne.\n\nEnvoyé de mon iPhone\n\nVeuillez la faire remorquer"
    )
    assert said(below) == words(below.replace("Envoyé de mon iPhone", ""))


FORWARD = """\
Pour traitement, merci.

Sophie Martin
Agence de Lyon

De : Paul Client <paul@client.example>
Envoyé : mardi 5 mars 2024 10:20
À : agence.lyon@assureur.fr
Objet : dégât des eaux

Bonjour,
mon plafond s'est effondré.
Paul
"""


def test_the_customer_behind_an_adviser_is_found() -> None:
    """A bare forward is about the message it passes on, and comes from that message's author."""
    found = segment(FORWARD, "TR: dégât des eaux")
    assert found.main == 1
    assert found.customer == Address("Paul Client", "paul@client.example")
    assert "plafond" in found.said(1)


def test_a_short_note_may_still_be_the_message() -> None:
    """Whoever writes "I cancel" above a forwarded offer acts on it: the sender is the customer."""
    found = segment("Je résilie.\n\n" + SEPARATORS["gmail_forward_fr"] + OLD, "Tr: offre")
    assert (found.main, found.customer) == (0, None)


def test_a_reply_is_about_itself() -> None:
    """A short answer to a question is no forward: the sender is the one who asks."""
    found = segment("Oui merci.\n\n" + SEPARATORS["gmail_fr"] + OLD, "Re: résiliation")
    assert (found.main, found.customer) == (0, None)


def test_inline_answers_all_belong_to_the_newest_message() -> None:
    """Text between quoted lines is what the sender wrote."""
    text = "Voir mes réponses :\n> Date ?\nLe 3 mai.\n> Lieu ?\nÀ Lyon.\n"
    assert words(segment(text).said(0)) == words("Voir mes réponses : Le 3 mai. À Lyon.")


def test_each_older_message_has_its_number() -> None:
    """A thread of quotations counts up from the newest."""
    text = (
        "un\n\nOn 4 Mar 2024, a@b.fr wrote:\n> deux\n>\n> On 3 Mar 2024, c@d.fr wrote:\n>> trois\n"
    )
    found = segment(text)
    assert [found.said(number) for number in range(3)] == ["un", "deux", "trois"]
    assert [older.sender.address for older in found.quoted if older.sender] == ["a@b.fr", "c@d.fr"]


def test_segments_cover_the_text() -> None:
    """Every character is in exactly one segment."""
    for text in (*MUST_NOT_CUT.values(), MESSAGE, FORWARD, "", "\n", ">", "> \n>>x\n\n"):
        assert "".join(text[s.start : s.end] for s in segment(text).segments) == text
