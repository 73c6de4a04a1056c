"""`python -m bench accelerator --device cuda`: the torch engine by token budget, beside its limit.

The limit is what the same device reaches in one large product of matrices of the same type, done
here as well. The share of it counts the network's products alone: 2 operations for each weight and
token, and 4 for each pair of tokens, dimension and layer in the attention.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import corpus, results
from bench.stack import ROOT
from model.types import Classifier

_SIDE = 4096
_REPEATS = 10


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--claim", type=int, default=1024, help="mails that one claim takes")
    parser.add_argument("--budgets", default="1024,8192,32768,131072", help="tokens a run")
    parser.add_argument("--model", type=Path, default=ROOT / "model" / "default")
    parser.add_argument("--label", default="accelerator", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """Measure and print; 0 always, there is no bound."""
    # here, since no other measurement needs torch
    from model.torch_engine import load_classifier  # noqa: PLC0415

    texts = [mail.text for mail in corpus.mails(options.mails)]
    limit = _limit(options.device)
    rows = []
    for budget in map(int, options.budgets.split(",")):
        classifier = load_classifier(options.model, options.device, budget)
        rows.append({"budget": budget, **_measured(classifier, texts, options.claim, limit)})
        sys.stdout.write(f"{rows[-1]}\n")
    found = {"device": _device(options.device), "limit_flops": limit, "corpus": corpus.name()}
    results.keep(options.label, {**found, "mails": len(texts), "rows": rows})
    return 0


def _measured(
    classifier: Classifier, texts: Sequence[str], claim: int, limit: float
) -> dict[str, float]:
    classifier.predict(texts[:claim])  # what a first run allocates
    started, tokens, operations = time.perf_counter(), 0, 0.0
    for first in range(0, len(texts), claim):
        for prediction in classifier.predict(texts[first : first + claim]):
            tokens += prediction.tokens
            operations += _operations(prediction.tokens)
    seconds = time.perf_counter() - started
    return {
        "mails_per_second": len(texts) / seconds,
        "tokens_per_second": tokens / seconds,
        "share_of_limit": operations / seconds / limit,
    }


def _operations(tokens: int, layers: int = 6, width: int = 384, inner: int = 1536) -> float:
    """Of the shipped network for one text."""
    weights = layers * (4 * width * width + 2 * width * inner)
    return 2.0 * weights * tokens + 4.0 * layers * width * tokens * tokens


def _limit(device: str) -> float:
    """Operations a second in one large product."""
    import torch  # noqa: PLC0415

    kind = torch.float32 if device == "cpu" else torch.bfloat16
    one, other = (torch.randn(_SIDE, _SIDE, device=device, dtype=kind) for _ in range(2))
    _timed(torch, lambda: one @ other, 2)
    return 2.0 * _SIDE**3 / _timed(torch, lambda: one @ other, _REPEATS)


def _timed(torch: Any, work: Callable[[], object], times: int) -> float:
    """Seconds of one, waiting for the device."""
    started = time.perf_counter()
    for _ in range(times):
        work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return (time.perf_counter() - started) / times


def _device(name: str) -> str:
    import torch  # noqa: PLC0415

    return name if name == "cpu" else str(torch.cuda.get_device_name(name))
