"""Where mail goes, by rule, by model, or to a person."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.config import ROOT
from service.domain.routing import Facts, Routing, Switches, by_model, by_rule, to_triage
from service.domain.types import Priority
from service.routing_file import load

ROUTING = load(ROOT / "routing.yaml")
FACTS = Facts("default", Priority.NORMAL)


def test_a_sure_label_goes_to_its_queue() -> None:
    """At the threshold it is sure enough."""
    route = by_model(ROUTING, FACTS, "payment", 0.5)
    assert (route.queue, route.reason, route.threshold) == ("payments", "model", 0.5)


def test_an_unsure_label_goes_to_triage_and_is_kept() -> None:
    """The person sees what the model thought."""
    route = by_model(ROUTING, FACTS, "payment", 0.49)
    assert (route.queue, route.category, route.reason) == ("triage", "payment", "below_threshold")


def test_a_label_that_routing_does_not_know_goes_to_triage() -> None:
    """A model with another taxonomy loses no mail."""
    route = by_model(ROUTING, FACTS, "spaceship", 0.99)
    assert (route.queue, route.reason) == ("triage", "unknown_label")


def off(**switches: object) -> Routing:
    return replace(ROUTING, switches=Switches(**switches))  # type: ignore[arg-type]


def test_with_the_model_off_only_rules_route() -> None:
    """Nobody asks the model, so that a model that crashes is never touched."""
    route = by_rule(off(model=True), FACTS)
    assert route is not None
    assert (route.queue, route.reason) == ("triage", "switched_off")
    ruled = by_rule(off(model=True), replace(FACTS, machine="bounce"))
    assert ruled is not None
    assert ruled.queue == "automatic"


def test_with_everything_off_people_look_at_all_mail() -> None:
    """Rules as well might be what is wrong."""
    route = by_rule(off(everything=True), replace(FACTS, machine="bounce"))
    assert route is not None
    assert (route.queue, route.reason) == ("triage", "switched_off")


def test_a_category_that_is_off_goes_to_people_with_the_models_word() -> None:
    """The other categories are not concerned."""
    one = off(categories=frozenset({"payment"}))
    route = by_model(one, FACTS, "payment", 0.99)
    assert (route.queue, route.category, route.reason) == ("triage", "payment", "switched_off")
    assert by_model(one, FACTS, "claim", 0.99).queue == "claims"


def test_the_first_rule_that_fits_wins() -> None:
    """Machine mail never asks the model."""
    route = by_rule(ROUTING, Facts("default", Priority.HIGH, machine="bounce"))
    assert route is not None
    assert (route.queue, route.category, route.reason) == ("automatic", "bounce", "rule:bounces")


def test_mail_from_people_fits_no_rule() -> None:
    """Without a machine kind the default rules say nothing."""
    assert by_rule(ROUTING, FACTS) is None


@given(st.text(max_size=20), st.floats(0, 1), st.sampled_from(Priority))
def test_every_answer_leads_to_a_queue_that_exists(
    label: str, confidence: float, priority: Priority
) -> None:
    """Whatever the model says, and a priority is never lowered."""
    facts = Facts("default", priority)
    for route in (by_model(ROUTING, facts, label, confidence), to_triage(ROUTING, facts, "x")):
        assert route.queue in ROUTING.queues
        assert route.priority >= priority
