"""From what was read and predicted to the decision: pure, the same every time."""

from dataclasses import replace

from mail.text import TEXT_VERSION
from model.types import Classifier
from service.domain.routing import Facts, Route, Routing, by_model, by_rule, to_triage
from service.domain.sla import clocks
from service.domain.types import Claimed, Decided, Decision, Kind
from service.flow.predict import Answer
from service.flow.read import Reading

NOBODY = Answer(None, 0.0)


def needs_model(routing: Routing, reading: Reading) -> bool:
    """Whether the model must be asked: there is text, and no rule fits."""
    return bool(reading.text.strip()) and by_rule(routing, reading.facts) is None


def conclude(
    claimed: Claimed,
    reading: Reading | None,
    answer: Answer,
    classifier: Classifier,
    routing: Routing,
    *,
    loops: bool = False,
) -> Decided:
    """The decision on one mail.

    `reading` is None where it crashed us or could not be read; `loops` is true where it was handed
    on by us before, or by too many servers: a person looks at it, and it goes nowhere else.
    """
    facts = reading.facts if reading else Facts(claimed.mailbox, claimed.priority)
    if reading is None:
        route = to_triage(routing, facts, "crashed" if claimed.gave_up else "failed")
    else:
        route = _route(routing, reading, answer)
    if loops:
        route = to_triage(routing, facts, "loop", route.category)
    decided = _decided(claimed, reading, answer, classifier, routing, route)
    return replace(decided, reinject=None) if loops else decided


def _route(routing: Routing, reading: Reading, answer: Answer) -> Route:
    ruled = by_rule(routing, reading.facts)
    if ruled is not None:
        return ruled
    if not reading.text.strip():
        return to_triage(routing, reading.facts, "unparseable")
    if answer.prediction is None:
        return to_triage(routing, reading.facts, "failed")
    if not answer.prediction.in_scope:
        return to_triage(routing, reading.facts, "out_of_scope")
    return by_model(routing, reading.facts, answer.prediction.label, answer.prediction.confidence)


def _decided(
    claimed: Claimed,
    reading: Reading | None,
    answer: Answer,
    classifier: Classifier,
    routing: Routing,
    route: Route,
) -> Decided:
    prediction = answer.prediction
    labels = classifier.labels
    queue = routing.queues[route.queue]
    decision = Decision(
        email_id=claimed.email_id,
        category=route.category,
        queue=route.queue,
        priority=route.priority,
        reason=route.reason,
        confidence=prediction.confidence if prediction else None,
        threshold=route.threshold,
        scores=dict(zip(labels, prediction.scores, strict=True)) if prediction else {},
        model_name=classifier.name,
        model_version=classifier.version,
        text_version=TEXT_VERSION,
        routing_version=routing.version,
        inference_seconds=answer.seconds,
        tokens=prediction.tokens if prediction else 0,
    )
    return Decided(
        claimed=claimed,
        decision=decision,
        fields=reading.fields if reading else {},
        link_key=reading.link_key if reading else None,
        clocks=clocks(queue.targets, claimed.received_at),
        # what was posted as fields is no message that could be handed on
        reinject=queue.reinject if claimed.kind is Kind.RAW else None,
        search=reading.search if reading else "",
    )
