"""What the demo shows: a table, three mails, where to go on."""

import math
import shlex
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.local.gateway import Result
from service.local.keys import LOGIN, Keys
from service.local.plan import Plan

_REASONS = {"model": 1, "below_threshold": 2, "rule": 3}


def results(console: Console, found: Sequence[Result], seconds: float) -> None:
    """Counts and mean confidence by category and queue, then the speed."""
    table = Table("category", "queue", title="Where the mails went")
    table.add_column("mails", justify="right")
    table.add_column("mean confidence", justify="right")
    for (category, queue), group in sorted(_grouped(found).items()):
        sure = [result.confidence for result in group if result.confidence is not None]
        mean = f"{sum(sure) / len(sure):.2f}" if sure else "-"
        table.add_row(category, queue, str(len(group)), mean)
    console.print(table)
    decided = sum(result.decided for result in found)
    console.print(f"{decided} mails decided in {seconds:.1f} s: {decided / seconds:.0f} a second.")


def _grouped(found: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in found:
        groups[result.category or "-", result.queue or "undecided"].append(result)
    return groups


def telling(found: Sequence[Result]) -> list[Result]:
    """Three decided mails to show: one a kind of reason, the model's first, surest first."""
    decided = [result for result in found if result.decided]
    decided.sort(key=lambda result: (_REASONS.get(_kind(result), 9), -(result.confidence or 0.0)))
    firsts = {_kind(result): result for result in reversed(decided)}
    return sorted(decided, key=lambda result: result not in firsts.values())[:3]


def _kind(result: Result) -> str:
    return (result.reason or "").partition(":")[0]


def examples(console: Console, emails: Sequence[dict[str, Any]]) -> None:
    """Each mail with the queue it went to and why."""
    for email in emails:
        decision = email["decision"]
        console.print(
            f"\n[bold]{escape(email['subject'] or '(no subject)')}[/]\n"
            f"  from {escape(_sender(email))}\n  {escape(_verdict(decision))}"
        )


def _sender(email: dict[str, Any]) -> str:
    sender = email["from"]
    if isinstance(sender, dict):
        return str(sender.get("address") or sender.get("name") or "nobody")
    return str(sender or "nobody")


def _verdict(decision: dict[str, Any]) -> str:
    text = f"-> queue {decision['queue']}, category {decision['category'] or '-'}"
    if decision["confidence"] is not None:
        # rounded down, so that a near miss does not look like a hit
        sure = math.floor(decision["confidence"] * 100) / 100
        text += f", confidence {sure:.2f} (needs {decision['threshold'] or 0:.2f})"
    return f"{text}, reason {decision['reason']}"


def directions(console: Console, plan: Plan, keys: Keys, environment: Path) -> None:
    """URLs, keys and commands to paste."""
    console.print("\n[bold]Aiguilleur is up.[/] Ctrl-C stops it.")
    for label, value in _places(plan, keys):
        # to be copied: never cut or broken by the terminal's width
        console.print(f"  {label:20} {escape(value)}")
    console.print("\nPost a mail, then see it (put the id in):")
    console.print(escape(_curl(plan, keys)))
    console.print("\nOperate it from another terminal, for example to see the keys:")
    python, file = shlex.quote(sys.executable), shlex.quote(str(environment))
    console.print(escape(f"  . {file}; {python} -m service key list"))


def _places(plan: Plan, keys: Keys) -> list[tuple[str, str]]:
    metrics = [
        (f"metrics of {planned.name}", f"{planned.metrics.url}/metrics")
        for planned in plan.processes
    ]
    return [
        ("console", f"{plan.url}/console"),
        ("login", LOGIN),
        ("password", keys.password),
        ("API", plan.url),
        ("documentation", f"{plan.url}/docs"),
        ("OpenAPI", f"{plan.url}/openapi.json"),
        *([("LMTP", plan.lmtp)] if plan.lmtp else []),
        *metrics,
        ("logs", str(plan.processes[0].command.log.parent)),
        ("key to post mail", keys.gateway),
        ("key to see queues", keys.supervisor),
    ]


def _curl(plan: Plan, keys: Keys) -> str:
    mail = '{"emails": [{"subject": "Accident", "text": "My car was hit this morning."}]}'
    key = f"-H 'Authorization: Bearer {keys.gateway}'"
    return (
        f"  curl {key} -H 'Content-Type: application/json' {plan.url}/v1/batches -d '{mail}'\n"
        f"  curl {key} '{plan.url}/v1/batches/BATCH_ID?wait=10'"
    )
