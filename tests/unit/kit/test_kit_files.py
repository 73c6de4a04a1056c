"""What a new service is given to run by is valid where it is read."""

from pathlib import Path

import hypothesis.strategies as st
import jsonschema
import orjson
import pytest
import yaml
from hypothesis import given

from service.errors import StartupError
from service.kit import chart_text, place
from service.kit.make import CHECKOUT
from service.kit.readme import readme_text
from service.kit.routing_text import routing_text
from service.kit.taxonomy import Category, taxonomy
from service.routing_file import load

LABELS = ["Déclaration de sinistre", 'Say "hi": {a, b} # [x]', "yes", "null", "1e3", "It's | all"]
METRICS = {
    "measured_on": "mails kept apart",
    "served": {"examples": 300, "accuracy": 0.91, "macro_f1": 0.9, "macro_f1_interval": [0.8, 1.0]},
}


def categories(labels: list[str]) -> tuple[Category, ...]:
    return taxonomy(labels).categories


def routed(folder: Path, labels: list[str], thresholds: dict[str, float]) -> str:
    path = folder / "routing.yaml"
    path.write_text(routing_text(categories(labels), thresholds, 0.95), encoding="utf-8")
    return str(path)


def test_the_routing_is_valid_whatever_the_titles(tmp_path: Path) -> None:
    """Quotes, braces, colons, words that YAML takes for others; queues have times, too."""
    made = load(Path(routed(tmp_path, LABELS, {"yes": 0.6501, "null": 1.0})))
    assert {x.title for x in made.categories.values()} >= {'Say "hi": {a, b} # [x]', "Yes", "1e3"}
    assert made.categories["yes"].threshold == 0.66
    assert made.categories["null"].threshold == 0.99
    assert {x.queue for x in made.categories.values()} | {"triage", "automatic"} == set(made.queues)


@given(st.lists(st.text(min_size=1, max_size=60).filter(lambda x: bool(x.strip())), min_size=1))
def test_the_routing_holds_every_title_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str]
) -> None:
    """Whatever can be a label can be read back."""
    labels = [x.strip() for x in labels]
    try:
        wanted = categories(labels)
    except StartupError:
        return
    if not wanted:
        return
    text = routing_text(wanted, {}, 0.95)
    path = tmp_path_factory.mktemp("routing") / "routing.yaml"
    path.write_text(text, encoding="utf-8")
    assert {(x.name, x.title) for x in load(path).categories.values()} == {
        (x.name, x.title) for x in wanted
    }


def test_the_values_fit_the_chart() -> None:
    """By the schema that helm checks them with."""
    values = yaml.safe_load(chart_text.values_text("courrier", 'Mail "of": ours'))
    schema = orjson.loads((CHECKOUT / "helm" / "values.schema.json").read_bytes())
    jsonschema.validate(values, schema)
    assert values["metrics"]["dashboards"]["annotations"]["grafana_folder"] == 'Mail "of": ours'


def test_dashboards_lie_beside_those_of_another_service() -> None:
    """Four, none with an address or a file name of the chart's own."""
    folder = CHECKOUT / "helm" / "files" / "dashboards"
    made = chart_text.dashboards(folder, "courrier", "Courrier")
    before = {orjson.loads(path.read_bytes())["uid"] for path in folder.glob("*.json")}
    pages = [orjson.loads(page) for page in made.values()]
    assert len(pages) == 4
    assert not before & {page["uid"] for page in pages}
    assert {page["title"].partition(":")[0] for page in pages} == {"Courrier"}
    assert all(name.startswith("courrier-") for name in made)


def test_the_readme_survives_any_title(tmp_path: Path) -> None:
    """A cell of its table stays one; a checkout with a space is quoted for the shell."""
    made = categories(LABELS)
    text = readme_text("Mail", "mail", tmp_path / "a b", made, {}, METRICS)
    assert "It's \\| all" in text
    assert f"export AIGUILLEUR='{tmp_path}/a b'" in text


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    """A file, an empty folder, a dangling link; nor is a folder made around it."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("folder", "file", "link"):
        with pytest.raises(StartupError, match="is there already: give a name that is not"):
            place.checked(tmp_path / name)
    with pytest.raises(StartupError, match="There is no folder"):
        place.checked(tmp_path / "none" / "new")


def test_a_workplace_is_gone_after_a_fault_and_clean_after_a_kill(tmp_path: Path) -> None:
    """Nobody meets half a service, nor what an earlier run left of one."""
    where = tmp_path / "new"
    (tmp_path / ".new.new" / "old").mkdir(parents=True)
    with pytest.raises(StartupError, match="half: File exists"), place.workplace(where) as work:
        _fail_half_way(work)
    assert list(tmp_path.iterdir()) == []


def _fail_half_way(work: Path) -> None:
    assert [x.name for x in work.iterdir()] == ["lock"]
    (work / "half").mkdir()
    (work / "half").mkdir()


def test_two_at_once_do_not_share_a_workplace(tmp_path: Path) -> None:
    """The second is told, and the first goes on."""
    where = tmp_path / "new"
    with place.workplace(where) as work:
        (work / "done").touch()
        with pytest.raises(StartupError, match="Another run makes"), place.workplace(where):
            pass
        place.settle(work, where)
    assert [x.name for x in where.iterdir()] == ["done"]


def test_the_readme_says_what_the_routing_does(tmp_path: Path) -> None:
    """The same thresholds, and titles as they are, which are nobody's markup."""
    labels = ["<b>Sinistre</b>", "Résiliation"]
    thresholds = {"b_sinistre_b": 1.0, "resiliation": 0.651}
    made = load(Path(routed(tmp_path, labels, thresholds)))
    text = readme_text("Mail", "mail", tmp_path, categories(labels), thresholds, METRICS)
    told = {row.split("`")[1]: row for row in text.splitlines() if "| `" in row}
    for name, category in made.categories.items():
        assert told[name].endswith(f"| {category.threshold:.2f} |")
    assert told["b_sinistre_b"].startswith("| &lt;b&gt;Sinistre&lt;/b&gt; | ")
