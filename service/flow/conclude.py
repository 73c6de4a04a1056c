"""From what was read and predicted to the decision: pure, the same every time."""

from mail.text import TEXT_VERSION
from model.types import Classifier
from service.domain.routing import Facts, Route, Routing, by_model, by_rule, to_triage
from service.domain.types import Claimed, Decided, Decision
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
) -> Decided:
    """The decision on one mail. `reading` is None where it crashed us or could not be read."""
    if reading is None:
        facts = Facts(claimed.mailbox, claimed.priority)
        route = to_triage(routing, facts, "crashed" if claimed.gave_up else "failed")
        return _decided(claimed, None, answer, classifier, routing, route)
    route = _route(routing, reading, answer)
    return _decided(claimed, reading, answer, classifier, routing, route)


def _route(routing: Routing, reading: Reading, answer: Answer) -> Route:
    ruled = by_rule(routing, reading.facts)
    if ruled is not None:
        return ruled
    if not reading.text.strip():
        return to_triage(routing, reading.facts, "unparseable")
    if answer.prediction is None:
        return to_triage(routing, reading.facts, "failed")
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
        sla_seconds=routing.queues[route.queue].sla_seconds,
    )
