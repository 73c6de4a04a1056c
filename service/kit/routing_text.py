"""The `routing.yaml` of a new service: a queue a category, thresholds as validation found them."""

import json
import math
from collections.abc import Mapping, Sequence

import yaml

from service.kit.taxonomy import Category

DEFAULT_THRESHOLD = 0.5
_HEAD = """\
# What mail is about, who answers it and how soon. Validated at start; its version, with a hash of
# the whole file, is stored with each decision. Change what you like: names, titles, which category
# goes to which queue, how soon. Every label of the model must stay a category.
version: "1"

# Where a person looks at what neither a rule nor the model could place.
triage: triage

# `threshold`: from which confidence on the model decides; below it, mail goes to triage. These are
# those from which {precision:.0%} of a category's mails were right, of mail that taught nothing;
# 0.99 means that they never were: look at that category's mails.
default_threshold: {default}
categories:
"""
_QUEUES = """
# `sla` is the time to a first answer: s, m, h or d. `resolution` (default: the same) is the time to
# the end, `warn` (default: a quarter of `sla`) how long before them a mail is breach-soon. Two
# categories may share a queue; times may count opening hours (docs/agents.md of Aiguilleur).
queues:
"""
_FIXED = {"triage": ("Triage", "4h"), "automatic": ("Automatic mail", "7d")}
_REST = """
# Rules come before the model, in this order.
rules:
  - {name: bounces, machine: [bounce], queue: automatic}
  - {name: automatic-answers, machine: [auto_reply, out_of_office], queue: automatic}
  - {name: newsletters, machine: [newsletter], queue: automatic}

# Which mailbox the recipients of LMTP belong to; who is not listed gets the default mailbox.
default_mailbox: default
mailboxes: {}
"""


def routing_text(
    categories: Sequence[Category], thresholds: Mapping[str, float], precision: float
) -> str:
    """The file; every category of the model needs to be among those given."""
    width = max(len(_name(x.name)) for x in categories) + 1
    head = _HEAD.format(precision=precision, default=DEFAULT_THRESHOLD)
    rows = [
        f"  {_name(x.name) + ':':<{width}} {{title: {_text(x.title)}, queue: {_name(x.name)}, "
        f"threshold: {threshold(thresholds, x.name)}}}\n"
        for x in categories
    ]
    queues = [(x.name, x.title, "1d") for x in categories]
    queues += [(name, title, sla) for name, (title, sla) in _FIXED.items()]
    lines = [
        f"  {_name(name) + ':':<{width}} {{title: {_text(title)}, sla: {sla}}}\n"
        for name, title, sla in queues
    ]
    return "".join([head, *rows, _QUEUES, *lines, _REST])


def threshold(found: Mapping[str, float], name: str) -> float:
    """Rounded up: what was right from 0.651 on may be wrong from 0.65 on. At most 0.99."""
    return min(0.99, math.ceil(found.get(name, DEFAULT_THRESHOLD) * 100) / 100)


def _name(name: str) -> str:
    """Quoted where YAML would take it for a truth, a number or nothing: yes, null, e3."""
    return name if isinstance(yaml.safe_load(name), str) else _text(name)


def _text(words: str) -> str:
    """JSON's strings are YAML's, too."""
    return json.dumps(words, ensure_ascii=False)
