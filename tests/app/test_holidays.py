"""Holidays: asked of the library once, noted, told where they are not known."""

import sys
from datetime import date
from pathlib import Path

import pytest

from mdtickets.app import holidays, holidays_library
from mdtickets.app.config import find_problems, tell
from mdtickets.app.holidays import holidays_of
from mdtickets.app.settings_check import Source
from mdtickets.domain.settings import CalendarRules
from mdtickets.errors import UnavailableError
from mdtickets.store.layout import Layout

BAVARIA = CalendarRules(country="DE", region="BY")


def test_a_part_of_a_country_has_its_own(tmp_path: Path) -> None:
    """In the team's language, and noted so that the library is asked once."""
    layout = Layout(tmp_path)
    found = holidays_of(layout, BAVARIA, "de")
    assert (found[date(2026, 1, 6)], found[date(2030, 10, 3)]) == ("Heilige Drei Könige", "Tag der Deutschen Einheit")
    assert date(2026, 1, 6) not in holidays_of(layout, CalendarRules(country="DE"), "de")
    [noted] = layout.private.glob("holidays/DE-BY-de.json")
    noted.write_text(noted.read_text(encoding="utf-8").replace("Heilige Drei", "Drei"), encoding="utf-8")
    assert holidays_of(layout, BAVARIA, "de")[date(2026, 1, 6)] == "Drei Könige"


def test_another_version_of_the_library_is_asked(tmp_path: Path) -> None:
    """And a file that is torn is as none."""
    layout = Layout(tmp_path)
    place = layout.private / "holidays" / "DE-BY-en.json"
    place.parent.mkdir(parents=True)
    for text in ('{"library": "older", "days": {}}', "{"):
        place.write_text(text, encoding="utf-8")
        assert holidays_of(layout, BAVARIA, "en")[date(2026, 1, 6)] == "Epiphany"


def test_without_the_library_what_was_noted_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And else none: a missing extra is no error."""
    layout = Layout(tmp_path)
    holidays_of(layout, BAVARIA, "de")
    monkeypatch.setattr(holidays, "_LIBRARY", "no_such_library_of_holidays")
    assert date(2026, 1, 6) in holidays_of(layout, BAVARIA, "de")
    assert holidays_of(layout, CalendarRules(country="CH"), "de") == {}


def test_a_library_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than to count holidays as working days."""
    monkeypatch.setattr(holidays_library, "_PROCESS", "mdtickets.no_such_module")
    with pytest.raises(UnavailableError, match="The holidays of DE BY are not known"):
        holidays_of(Layout(tmp_path), BAVARIA, "de")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('country = "XX"', 'mdtickets.toml:3: [calendar.a] country: the holidays of "XX" are not known'),
        ('country = "DE"\nregion = "ZZ"', 'mdtickets.toml:4: [calendar.a] region: DE has no part "ZZ". There are: BB,'),
    ],
)
def test_a_country_that_is_not_known_is_a_mistake(text: str, sentence: str) -> None:
    """With its line, when the settings are checked."""
    source = Source(path="mdtickets.toml", text=f"format = 1\n[calendar.a]\n{text}\n")
    assert [tell(problem)[: len(sentence)] for problem in find_problems([source])] == [sentence]


def test_a_command_does_not_load_the_library(tmp_path: Path) -> None:
    """It costs a quarter of a second."""
    holidays_of(Layout(tmp_path), BAVARIA, "de")
    assert "holidays" not in sys.modules
