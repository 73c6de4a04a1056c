"""Making a service: every step in a hidden folder, which gets its name at the end.

mails -> rows -> first model -> routing -> chart, dashboards, README -> folder
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model.artifact import Calibration, Manifest, load
from service.kit import chart_text, first_model, mails, place
from service.kit.readme import readme_text
from service.kit.routing_text import routing_text
from service.kit.taxonomy import Category, Taxonomy, name_of
from service.routing_file import load as load_routing
from service.routing_file import require_categories

CHECKOUT = Path(__file__).resolve().parents[2]
MODEL, ROUTING = "model", "routing.yaml"
_IGNORED = "data/\nbuild/\nmodels/\n.aiguilleur/\n"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted: `folder` is made from the mails in `data`."""

    folder: Path
    data: Path
    strategy: str = first_model.AUTO
    drop_rare: bool = False
    target_precision: float = 0.95

    @property
    def title(self) -> str:
        """What people call the service: as its folder."""
        name = self.folder.absolute().name
        return name[:1].upper() + name[1:]

    @property
    def name(self) -> str:
        """What programs call it: letters, digits and `-`."""
        return name_of(self.folder.absolute().name, "mail").replace("_", "-")


def make(order: Order, say: Say) -> Path:
    """The folder of the new service; nothing of it is there unless all of it is.

    Raises:
        StartupError: a sentence that says what is in the way.

    """
    where = place.checked(order.folder)
    found = mails.gather(order.data)
    _tell(found, say)
    with place.workplace(where) as work:
        rows = mails.rows_of(found)
        file = mails.write(rows, work / "data")
        mails.write_examples(rows, work / "data" / "examples")
        manifest = _train(order, file, work, say)
        kept = [x for x in found.taxonomy.categories if x.name in manifest.labels]
        _write_routing(order, kept, work)
        _write_words(order, kept, work)
        place.settle(work, where)
    return where


def _tell(found: mails.Mails, say: Say) -> None:
    say(
        f"{found.read} mails, {len(found.rows)} different ones, in "
        f"{len(found.taxonomy.categories)} categories."
    )
    if found.torn:
        say(f"{found.torn} are there again in another category; the first one counts.")
    for spellings in _merged(found.taxonomy):
        say(f"Taken for one category: {spellings}.")


def _merged(taxonomy: Taxonomy) -> list[str]:
    return [", ".join(map(repr, spellings)) for spellings in taxonomy.merged]


def _train(order: Order, rows: Path, work: Path, say: Say) -> Manifest:
    with rows.open("rb") as file:
        strategy = first_model.strategy_for(order.strategy, sum(1 for _ in file))
    only = strategy == first_model.LINEAR
    say(f"Training a linear model{'' if only else ' and a transformer; validation chooses'}.")
    options = ["--target-precision", str(order.target_precision)]
    options += ["--strategy", strategy] if strategy else []
    options += ["--drop-rare"] if order.drop_rare else []
    try:
        return first_model.train(rows, work / MODEL, work / "work", order.name, options)
    finally:
        shutil.rmtree(work / "work", ignore_errors=True)


def _write_routing(order: Order, kept: list[Category], work: Path) -> None:
    thresholds = _calibration(work).thresholds
    text = routing_text(kept, thresholds, order.target_precision)
    (work / ROUTING).write_text(text, encoding="utf-8")
    labels = load(work / MODEL).manifest.labels
    require_categories(load_routing(work / ROUTING), work / ROUTING, labels, work / MODEL)


def _write_words(order: Order, kept: list[Category], work: Path) -> None:
    manifest, thresholds = load(work / MODEL).manifest, _calibration(work).thresholds
    (work / "chart").mkdir()
    values = chart_text.values_text(order.name, order.title)
    (work / "chart" / "values.yaml").write_text(values, encoding="utf-8")
    pages = chart_text.dashboards(CHECKOUT / "helm/files/dashboards", order.name, order.title)
    (work / "dashboards").mkdir()
    for name, page in pages.items():
        (work / "dashboards" / name).write_bytes(page)
    text = readme_text(order.title, order.name, CHECKOUT, kept, thresholds, manifest.metrics)
    (work / "README.md").write_text(text, encoding="utf-8")
    (work / ".gitignore").write_text(_IGNORED, encoding="utf-8")


def _calibration(work: Path) -> Calibration:
    return load(work / MODEL).calibration
