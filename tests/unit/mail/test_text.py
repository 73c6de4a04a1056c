"""What the model reads begins with what the sender asks now."""

from mail.parse import from_fields
from mail.text import MODEL_CHARS, model_input

QUOTED = "\n\nLe 5 mars 2024 à 10:20, Clients <c@assureur.fr> a écrit :\n> Votre devis auto.\n"


def read(text: str, subject: str = "Re: devis") -> str:
    """The model input of a message with this text."""
    return model_input(from_fields({"subject": subject, "text": text}))


def test_newest_message_comes_first() -> None:
    """Subject, the new request, then the old offer without its marks."""
    assert read("Je résilie." + QUOTED) == "Re: devis\n\nJe résilie.\n\nVotre devis auto."


def test_a_signature_is_left_out() -> None:
    """Contact details say nothing about the request."""
    assert read("Je résilie.\n\n-- \nJean\n06 12 34 56 78") == "Re: devis\n\nJe résilie."


def test_a_message_that_is_all_signature_is_read_whole() -> None:
    """There is always something to read when something was written."""
    assert read("-- \nJean") == "Re: devis\n\n-- \nJean"


def test_a_bare_forward_reads_like_the_message_it_passes_on() -> None:
    """The customer's words come before the adviser's note."""
    forwarded = (
        "Pour traitement.\n\n---------- Message transféré ---------\nDe : a@b.fr\n\nSinistre."
    )
    assert read(forwarded, "Tr: eau") == "Tr: eau\n\nSinistre.\n\nPour traitement."


def test_model_input_is_bounded() -> None:
    """However long the message, its beginning is what counts."""
    assert len(read("mot " * 100_000)) == MODEL_CHARS
