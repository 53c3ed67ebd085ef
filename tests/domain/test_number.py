"""Ticket numbers and subjects."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.number import (
    check_digit,
    clean_subject,
    find_numbers,
    make_number,
    mark_subject,
    next_number,
)

DAY = date(2026, 11, 24)
NUMBER = "2026112410000019"


@pytest.mark.parametrize(
    ("day", "counter", "number"),
    [
        (DAY, 1, "2026112410000019"),
        (DAY, 2, "2026112410000028"),
        (date(2015, 7, 15), 12345, "2015071510123451"),
    ],
)
def test_make_number_gives_the_numbers_of_otrs(day: date, counter: int, number: str) -> None:
    """The vectors are OTRS's own."""
    assert number == make_number(day, "10", counter)


def test_check_digit_ten_becomes_one() -> None:
    """A sum that is a multiple of ten has no digit of its own."""
    assert check_digit("0") == "1"


def test_next_number_follows_the_greatest_of_this_machine() -> None:
    """Numbers of other machines and other days do not count."""
    taken = [make_number(DAY, "10", 7), make_number(DAY, "11", 99), make_number(date(2026, 11, 23), "10", 50)]
    assert make_number(DAY, "10", 8) == next_number(DAY, "10", taken)


def test_next_number_grows_beyond_five_digits() -> None:
    """A day with more than 99,999 tickets goes on counting."""
    assert make_number(DAY, "10", 100_000) == next_number(DAY, "10", [make_number(DAY, "10", 99_999)])


def test_next_number_is_not_led_by_other_names() -> None:
    """What else may lie in a day's directory: too short for a number, unfinished, not ours."""
    taken = ["2026112410", f".tmp-{NUMBER}", "20261124100000zz", "2026112410123", NUMBER]
    assert make_number(DAY, "10", 2) == next_number(DAY, "10", taken)


@pytest.mark.parametrize(
    "subject",
    [
        f"Re: [Ticket#{NUMBER}] Recorder",
        f"AW: Ticket#{NUMBER} Recorder",
        f"re: ticket#: {NUMBER}",
        f"(Ticket#{NUMBER}), Ihr Schreiben",
    ],
)
def test_find_numbers_in_a_subject(subject: str) -> None:
    """Brackets, case and a colon do not matter."""
    assert find_numbers(subject) == (NUMBER,)


def test_find_numbers_finds_all_of_them() -> None:
    """The first one may be a stranger's."""
    assert find_numbers(f"Ticket#2020010110000011 Ticket#{NUMBER}") == ("2020010110000011", NUMBER)


@pytest.mark.parametrize("subject", [NUMBER, "Ticket#123", "Ticket#" + "1" * 40, "Ticket 2026112410000019"])
def test_find_numbers_needs_the_hook(subject: str) -> None:
    """A bare number may be anything: an invoice, a phone."""
    assert find_numbers(subject) == ()


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        (f"Re: [Ticket#{NUMBER}] Recorder", "Recorder"),
        (f"AW: Re: WG: [Ticket#{NUMBER}] AW: Recorder", "Recorder"),
        ("RE[2]: Recorder", "Recorder"),
        ("回复: 录像机", "录像机"),
        ("Retourenschein: fehlt", "Retourenschein: fehlt"),
        ("", ""),
    ],
)
def test_clean_subject_leaves_what_the_customer_meant(subject: str, clean: str) -> None:
    """Numbers and prefixes of replies go, in any language, however many."""
    assert clean == clean_subject(subject)


def test_mark_subject_does_not_pile_up() -> None:
    """An answer to an answer has one number and one prefix."""
    once = mark_subject("Recorder", NUMBER)
    assert once == mark_subject(f"AW: {once}", NUMBER)


@given(st.text(max_size=300))
def test_a_marked_subject_is_found_again(subject: str) -> None:
    """Whatever the subject says, our number in it is found."""
    assert NUMBER in find_numbers(mark_subject(subject[:200], NUMBER))


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(subject: str) -> None:
    """A clean subject stays as it is."""
    assert clean_subject(subject) == clean_subject(clean_subject(subject))
