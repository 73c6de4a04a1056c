"""What the page of models shows, in the console's words, and as a file that needs nothing else."""

import re

import pytest

from service.console.cockpit_page import Wanted, shown
from service.console.cockpit_report import page
from service.console.language import LANGUAGES, Tongue
from tests.support.judged import NOW, cockpit

EN, FR = Tongue("en"), Tongue("fr")
HOSTILE = '"><script>alert(1)</script><img src=x>'


@pytest.mark.parametrize(
    ("tongue", "share", "points", "number"),
    [(EN, "93.4%", "−2.0", "+0.031"), (FR, "93,4\u00a0%", "−2,0", "+0,031")],
)
def test_numbers_are_written_as_the_language_does(
    tongue: Tongue, share: str, points: str, number: str
) -> None:
    """With its decimal mark; what is nothing when rounded has no sign, what is unknown a dash."""
    assert tongue.share(0.934) == share
    assert tongue.points(-0.02) == points
    assert tongue.number(0.0311, 3, sign=True) == number
    assert tongue.number(-0.0001, 2, sign=True).strip("0.,") == ""
    assert tongue.share(None) == tongue.points(None) == tongue.number(None, 1) == "–"


def test_every_model_has_all_figures() -> None:
    """With intervals where there are any, and a dash where there is no figure."""
    table = shown(cockpit(3), EN, str.title, Wanted(), NOW)["judged"]["table"]
    assert [row["version"] for row in table["rows"]] == ["version-0", "version-1", "version-2"]
    cells = dict(zip(table["titles"], table["rows"][0]["cells"], strict=True))
    assert cells["Accuracy"] == "90.0% (88.0–92.0)"
    assert cells["Precision"] == "90.0%"
    assert (cells["AUC"], cells["Lift at 1 %"]) == ("0.987", "9.0")
    assert cells["Right if decided"] == "–"


def test_two_hundred_models_come_page_by_page_the_newest_first() -> None:
    """A page that is not there is the last one; what charts leave out is said."""
    seen = cockpit(200)
    first, last, beyond = (
        shown(seen, EN, str.title, Wanted(page=n), NOW)["judged"]["table"] for n in (1, 10, 99)
    )
    assert first["rows"][0]["version"] == "version-0"
    assert len(first["rows"]) == 20
    assert last["rows"][-1]["version"] == "version-199"
    assert beyond == last
    whole = shown(seen, EN, str.title, Wanted(), NOW)
    assert whole["limits"] == ["Charts show the newest 60 models; the table has all."]
    assert len(whole["judged"]["chart"].curves[0].marks) == 60


def test_the_chosen_model_is_held_against_the_champion() -> None:
    """Without a choice it is the champion, against the challenger; a wrong choice is none."""
    seen = cockpit(5)
    assert seen.champion == "version-1"
    for asked, version, other in (
        ("", "version-1", "version-0"),
        ("version-4", "version-4", "version-1"),
        ("nobody", "version-1", "version-0"),
    ):
        by = shown(seen, EN, str.title, Wanted(version=asked), NOW)["judged"]["categories"]
        assert (by["version"], by["other"]) == (version, other)
    unseen = next(row for row in by["rows"] if row["title"] == "Unseen")
    assert (unseen["f1"], unseen["auc"], unseen["difference"]) == ("–", "–", "–")


def test_a_change_of_champion_tells_what_was_won() -> None:
    """Who did it and why, figures before and after, categories beyond chance."""
    seen = cockpit(3)
    newest, oldest = shown(seen, EN, str.title, Wanted(), NOW)["turns"]
    assert (newest["before"], newest["after"]) == ("version-2", "version-1")
    assert (newest["action"], newest["reason"]) == ("Promoted by operator/anna:", "better")
    found = newest["exchange"]
    assert found["won"] == [
        "Payment: F1 0.0% → 100.0% (50 mails)",
        "Claim: F1 66.7% → 100.0% (50 mails)",
    ]
    assert found["lost"] == []
    accuracy = found["rows"][0]
    assert (accuracy["difference"], accuracy["better"]) == ("+50.0", "won")
    assert oldest["exchange"] is None
    assert oldest["unnamed"]


def test_a_running_trial_is_shown() -> None:
    """With its share, who began it and why."""
    (found,) = shown(cockpit(3), EN, str.title, Wanted(), NOW)["trials"]
    assert (found["kind"], found["share"], found["said"]) == ("canary", "5.0%", "runs")
    assert found["when"] == "2026-11-21 12:00 – now"
    assert (found["by"], found["reason"]) == ("operator/anna", "is it ready?")


def test_without_an_evaluation_the_page_says_which_command_makes_them() -> None:
    """And nothing is drawn."""
    made = page(cockpit(0), EN, str.title, NOW)
    assert "aiguilleur model evaluate --data SNAPSHOT" in made
    assert "aiguilleur model promote VERSION" in made
    assert "<circle" not in made


@pytest.mark.parametrize("count", [0, 1, 2, 200])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_needs_nothing_else(count: int, language: str) -> None:
    """No script, no address, no link; its own policy would refuse them."""
    made = page(cockpit(count), Tongue(language), str.title, NOW)
    outside = r"(?:src|href|action)=|<script|<link|<iframe|url\(|@import|//"
    assert re.findall(outside, made) == []
    assert "default-src 'none'; style-src 'unsafe-inline'" in made
    assert made.count("version-") >= count
    assert f'lang="{language}"' in made


def test_what_people_wrote_is_text() -> None:
    """Reasons and titles of categories come from outside."""
    made = page(cockpit(3, HOSTILE), EN, lambda name: f"{name} {HOSTILE}", NOW)
    assert "<script" not in made
    assert "<img" not in made
    assert "&lt;script&gt;" in made


def test_every_drawn_number_is_inside_its_box() -> None:
    """Marks and whiskers, with one model and with many."""
    for count in (1, 2, 60):
        judged = shown(cockpit(count), EN, str.title, Wanted(), NOW)["judged"]
        charts = [judged["chart"], *(one["chart"] for one in judged["small"])]
        marks = [mark for chart in charts for curve in chart.curves for mark in curve.marks]
        places = [x for m in marks for x in (m.x, m.y, m.low, m.high) if x is not None]
        assert len(marks) >= count * 10
        assert 0 <= min(places) <= max(places) <= 100
