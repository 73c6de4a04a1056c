"""The page of models, over HTTP: who sees it, who may change which model decides."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scripts.screenshots.models import Story, tell
from service.store.engine import make_engine
from tests.support.fake_classifier import LABELS
from tests.support.model_folders import model_folder
from tests.support.person import PASSWORD, Person, words
from tests.support.processes import Cluster

PAGE = "/console/models"
PEOPLE = {
    "lea": ("agent", ()),
    "chef": ("supervisor", ()),
    "marie": ("admin", ()),
    "paul": ("admin", ("claims",)),
}


@dataclass
class House:
    """An API with a store of two models, of which the older is champion, and a told history."""

    cluster: Cluster
    versions: list[str]

    def person(self, login: str) -> Person:
        made = Person(self.cluster.url)
        made.sign_in(login)
        return made

    def champion(self) -> str | None:
        """Who decides, as the command line says."""
        listed = json.loads(self.cluster.command("model", "list", "--json"))
        return next((one["version"] for one in listed if one["status"] == "champion"), None)

    def serve(self, version: str, alias: str = "champion") -> None:
        why = "--reason=test"
        self.cluster.command("model", "promote", version, f"--alias={alias}", why)


@pytest.fixture(scope="module")
def house(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("models")
    versions = [model_folder(folder / str(seed), seed) for seed in range(2)]
    engine = make_engine(postgres_url)
    story = Story(LABELS, models=3, sets=2, emails=120, champions=((0, "first"),), challenger=None)
    tell(engine, story, datetime.now(UTC))
    engine.dispose()
    settings = {"MODEL_PATH": str(folder / "0"), "AIGUILLEUR_MODEL_STORE": str(folder / "store")}
    with Cluster(folder, postgres_url, redis_url, **settings) as cluster:
        cluster.launch("api").ready()
        for seed in range(2):
            cluster.command("model", "add", str(folder / str(seed)))
        for login, (role, queues) in PEOPLE.items():
            cluster.account(login, role, PASSWORD, queues=queues)
        yield House(cluster, versions)


def change(person: Person, what: str, **form: str) -> tuple[int, str]:
    """Send one of the page's forms as a browser without script does."""
    sent = {"form_token": person.form_token, **form}
    answer = person.ask("POST", f"{PAGE}/{what}", sent)
    return answer.status, words(answer)


def test_a_supervisor_sees_all_models(house: House) -> None:
    """Figures, charts and the log, in the browser's language; agents do not, strangers sign in."""
    chef = house.person("chef")
    seen = chef.get(PAGE)
    assert seen.status == 200
    assert seen.text.count("<circle") > 30
    assert "Who was champion when" in words(seen)
    assert "Qui était champion" in words(chef.get(PAGE, Accept_Language="fr"))
    assert re.findall(r"\sstyle=|<script>", seen.text) == []
    assert house.person("lea").get(PAGE).status == 403
    assert Person(house.cluster.url).get(PAGE).place.endswith("/console/sign-in")


def test_odd_questions_get_a_page(house: House) -> None:
    """Sets, models and pages that are not there."""
    chef = house.person("chef")
    for asked in ("set=x", "model=%3Cb%3E", "page=-1", "page=99999", "page=x", "done=x&version=y"):
        seen = chef.get(f"{PAGE}?{asked}")
        assert seen.status == 200, asked
        assert "<b>" not in seen.text


def test_only_an_admin_of_all_mail_may_change_who_decides(house: House) -> None:
    """Others are shown no form, and theirs is refused."""
    old, new = house.versions
    house.serve(old)
    house.serve(new, "challenger")
    for login in ("lea", "chef", "paul"):
        person = house.person(login)
        assert "/models/promote" not in person.get(PAGE).text
        status, said = change(person, "promote", version=new, champion=old, reason="mine")
        assert (status, "That is not allowed" in said) == (403, True), login
        status, _ = change(person, "roll-back", champion=old, reason="mine")
        assert status == 403
    assert house.champion() == old


def test_a_form_of_another_site_changes_nothing(house: House) -> None:
    """Without the session's token it is refused."""
    house.serve(house.versions[0])
    marie = house.person("marie")
    marie.form_token = "x" * 40
    status, _ = change(marie, "roll-back", champion=house.versions[0], reason="theirs")
    assert (status, house.champion()) == (403, house.versions[0])


def test_an_admin_promotes_the_challenger_and_goes_back(house: House) -> None:
    """With a reason, and only while the champion is the one that the page showed."""
    old, new = house.versions
    house.serve(old)
    house.serve(new, "challenger")
    marie = house.person("marie")
    assert f"Promote {new}" in words(marie.get(PAGE))
    form = {"version": new, "champion": old}
    assert change(marie, "promote", **form, reason=" ")[0] == 422
    status, said = change(marie, "promote", version=new, champion="another", reason="late")
    assert (status, f"The champion is {old} by now, not another" in said) == (409, True)
    assert house.champion() == old
    assert change(marie, "promote", **form, reason="two points better")[0] == 303
    assert house.champion() == new
    seen = words(marie.get(f"{PAGE}?done=promote&version={new}"))
    assert f"{new} is the champion. Workers take it up within seconds." in seen
    forged = words(marie.get(f"{PAGE}?done=promote&version=another"))
    assert "another is the champion" not in forged
    assert "Promoted by console/marie: two points better" in seen
    assert change(marie, "roll-back", champion=old, reason="late")[0] == 409
    assert change(marie, "roll-back", champion=new, reason="complaints")[0] == 303
    assert house.champion() == old
    assert "Rolled back by console/marie: complaints" in words(marie.get(PAGE))


def test_a_model_that_cannot_be_promoted_says_why(house: House) -> None:
    """The page says it, and nothing changes."""
    house.serve(house.versions[0])
    marie = house.person("marie")
    form = {"version": "nobody", "champion": house.versions[0], "reason": "why not"}
    status, said = change(marie, "promote", **form)
    assert (status, "There is no model 'nobody'" in said) == (409, True)


def test_the_command_line_writes_the_same_page(house: House, tmp_path: Path) -> None:
    """In either language, with the set that was asked for; or all of it as JSON."""
    file = tmp_path / "models.html"
    house.cluster.command("model", "report", "--html", str(file), "--language", "fr")
    made = file.read_text(encoding="utf-8")
    assert "Qui était champion" in made
    assert not re.search(r"(?:src|href)=|<script", made)
    seen = json.loads(house.cluster.command("model", "report", "--json"))
    golden = next(one for one in seen["sets"] if one["name"] == "golden")
    asked = f"golden:{golden['hash']}"
    again = json.loads(house.cluster.command("model", "report", "--json", "--set", asked))
    assert again["on"] == golden
    assert len(again["models"]) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "Say what to make"),
        (("--json", "--set=newest:x"), "No model was judged on newest:x; there are: newest:"),
        (("--html=/nowhere/models.html",), "cannot be written"),
    ],
)
def test_the_command_line_says_what_it_cannot_do(
    house: House, given: tuple[str, ...], said: str
) -> None:
    """In a sentence."""
    assert said in house.cluster.refused("model", "report", *given)
