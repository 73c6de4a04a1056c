"""The model card of the shipped model: what it is, what it was trained on, how good it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from model.artifact import Calibration
from model.evaluate import Report
from model.packing import Description
from model.training.gate import Verdict

_WIDTH = 100  # characters of a line, where figures make it as long as they like
TITLES = {
    "held_out_templates": "generated, unseen skeletons",
    "handwritten": "written by hand",
    "independent": "by another hand",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the card tells; `served` and `linear` hold a report a data set.

    `unsure` holds what `model.training.unsure` found, by data set.
    """

    sizes: Mapping[str, int]
    recipe: Mapping[str, Any]
    corpus: Mapping[str, int]
    history: list[dict[str, Any]]
    served: Mapping[str, Report]
    linear: Mapping[str, Report]
    unsure: Mapping[str, Any]
    calibration: Calibration
    verdict: Verdict | None

    def metrics(self) -> dict[str, Any]:
        """The part a manifest keeps."""
        return {
            "served": {name: result.summary() for name, result in self.served.items()},
            "linear_baseline": {name: result.summary() for name, result in self.linear.items()},
            "unsure": dict(self.unsure),
            "gate": asdict(self.verdict) if self.verdict else None,
        }

    def training(self) -> dict[str, Any]:
        """How the figures came about."""
        return {
            "recipe": dict(self.recipe),
            "corpus": dict(self.corpus),
            "examples": dict(self.sizes),
            "history": self.history,
        }


def default_card(facts: Facts, description: Description) -> str:
    """Markdown; `{version}` is filled in when the folder is packed."""
    return "\n".join(
        [
            f"# {description.name}, version {{version}}",
            "",
            _INTRODUCTION.format(
                labels=", ".join(f"`{x}`" for x in description.labels),
                base=description.training["base"],
                tokens=description.max_tokens,
                text=description.text_version,
            ),
            _data(facts),
            _table(facts),
            _categories(facts),
            _unsure(facts),
            _calibration(facts),
            _CAUTION,
            _rebuilt(facts, description),
        ]
    )


def _data(facts: Facts) -> str:
    return _DATA.format(**facts.sizes)


def _table(facts: Facts) -> str:
    rows = [_row(name, facts.served[name], facts.linear[name]) for name in facts.served]
    return "\n".join(
        [
            "## Figures",
            "",
            "Macro-F1 with its 95 % bootstrap interval; ECE over 15 bins of equal mass. The linear",
            "baseline (TF-IDF of words and characters, logistic regression) had the same data.",
            "'By another hand' are those of the mails by hand whose writer had read no skeleton.",
            "",
            "| mails | number | accuracy | macro-F1 | ECE | linear baseline macro-F1 |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            _gate(facts.verdict),
        ]
    )


def _row(name: str, served: Report, linear: Report) -> str:
    cells = [
        _title(name),
        str(served.examples),
        f"{served.accuracy:.1%}",
        _with_interval(served),
        f"{served.ece:.3f}",
        _with_interval(linear),
    ]
    return "| " + " | ".join(cells) + " |"


def _title(name: str) -> str:
    base = next(x for x in TITLES if name.startswith(x))
    language = name.removeprefix(base).strip("_")
    return f"{TITLES[base]}, {language}" if language else f"**{TITLES[base]}**"


def _with_interval(result: Report) -> str:
    low, high = result.macro_f1_interval
    return f"{result.macro_f1:.1%} ({low:.1%} to {high:.1%})"


def _gate(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return (
        f"Export: macro-F1 {verdict.reference:.4f} in torch (fp32), {verdict.exported:.4f} as "
        f"served (int8), the same category for {verdict.agreement:.1%} of the generated test mails."
    )


def _categories(facts: Facts) -> str:
    name = "handwritten" if "handwritten" in facts.served else "held_out_templates"
    result = facts.served[name]
    lines = [
        "",
        f"By category ({TITLES[name]}):",
        "",
        "| category | precision | recall | F1 | mails |",
        "|---|---|---|---|---|",
    ]
    for label, row in result.categories.items():
        figures = f"{row.precision:.0%} | {row.recall:.0%} | {row.f1:.0%} | {row.support}"
        lines.append(f"| `{label}` | {figures} |")
    return "\n".join(lines)


def _unsure(facts: Facts) -> str:
    rows = [
        f"| {_title(name)} | {_decided(found['half'])} | {_decided(found['suggested'])} |"
        for name, found in facts.unsure.items()
    ]
    outside = [
        "\n" + fill(_OUTSIDE.format(title=TITLES[name], **found["of_no_category"]), _WIDTH)
        for name, found in facts.unsure.items()
        if "of_no_category" in found
    ]
    return "\n".join([_UNSURE, *rows, *outside])


def _decided(found: Mapping[str, Any]) -> str:
    right = "none" if found["accuracy"] is None else f"{found['accuracy']:.1%}"
    return f"{found['coverage']:.1%} | {right}"


def _calibration(facts: Facts) -> str:
    thresholds = ", ".join(f"`{k}` {v:.2f}" for k, v in facts.calibration.thresholds.items())
    return _CALIBRATION.format(
        temperature=facts.calibration.temperature,
        target=facts.calibration.target_precision or 0,
        thresholds=thresholds,
    )


def _rebuilt(facts: Facts, description: Description) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in description.libraries.items())
    return _REBUILT.format(
        seed=facts.recipe["seed"], data=description.data_hash[:16], versions=versions
    )


_INTRODUCTION = """\
Sorts an insurer's e-mails, French and English, into {labels}.

Base: {base}, an English encoder of 6 layers and 384 dimensions; mean over the tokens, a linear
head. Some thousand French word forms (`model/training/lexicon_fr.txt`) were added to its
vocabulary, each starting where its English translation lies. Served as int8 ONNX. Reads the
first {tokens} tokens of what `mail.text` (version {text}) makes of a mail: subject and newest
message first.
"""

_DATA = """\
## What it was trained on

**Mails that nobody sent.** {train} training mails were generated from skeletons, phrases and
names written for this project (`model/corpus/`); {validation} others chose the epoch,
{calibration} set the calibration, {test} are the generated test. No skeleton serves two of
these parts. No customer's mail and no public data set was used. {handwritten} more mails were
written by hand as whole mails and are used for the figures below alone: {independent} of them by
somebody who had not read the skeletons, before anything was measured on them
(`model/corpus/README.md`), the rest by whoever wrote the skeletons, but not from them.
"""

_UNSURE = """
Mail whose best category stays below its threshold goes to a person. With one threshold of 0.50 for
all, and with those suggested below, so much is decided, and so much of that is right:

| mails | decided at 0.50 | right | decided as suggested | right |
|---|---|---|---|---|"""

_OUTSIDE = (
    "Of no category ({title}): {mails} mails that are nobody's business here, as spam, "
    "applications and wrong addresses. AUROC {auroc:.3f} by confidence, {catch_all[auroc]:.3f} by "
    "the score of `{catch_all[category]}`; {catch_all[answered]:.1%} were answered "
    "`{catch_all[category]}`, and {catch_all[elsewhere]:.1%} would reach another category's queue "
    "at a threshold of 0.50."
)

_CALIBRATION = """
## Confidence

Temperature {temperature}. Suggested thresholds, from which a category reached a precision of
{target:.0%} on generated mails: {thresholds}. Set the thresholds in use in the routing file, on
your own mail.
"""

_CAUTION = """\
## Before you rely on it

It is a starting point. Generated mails are more alike than people's, so the first row of the
table flatters; the mails written by hand say more, and your own labelled mail says most.
Confidence is fitted on generated mails: expect it to be too high on yours, and the suggested
thresholds to keep less than the precision they were chosen for. It knows nine
categories and no "none of these" beside `other`. French words that are not in its lexicon are
read in English pieces.
"""

_REBUILT = """\
## Rebuilt by

`make model` (seed {seed}, training data {data}, {versions}). Same data, seed, versions and
number of threads on the same kind of processor give the same figures. Licence: Apache-2.0, as
its base.
"""
