import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.spool_name import LONGEST_NAME, add_route, read_route

UNIQUE = "1732442400.M000123P4711Q1.mail1"


def test_a_name_without_a_route_stays_as_it_is() -> None:
    """Most mail comes without options, and its name must look like any other Maildir name."""
    assert add_route(UNIQUE) == UNIQUE
    assert read_route(UNIQUE) == ("", "")


def test_a_route_is_readable_in_the_name() -> None:
    """A person who lists the spool sees where a mail will go."""
    name = add_route(UNIQUE, queue="Sales", address="sales@mustermann-video.example")
    assert name == f"{UNIQUE},Q=Sales,A=sales@mustermann-video.example"


def test_what_would_end_a_field_is_encoded() -> None:
    """A slash, colon, comma, percent sign or umlaut in a queue's name does not break the file name."""
    assert add_route(UNIQUE, queue="A/B:2,S %ä") == f"{UNIQUE},Q=A%2FB%3A2%2CS%20%25%C3%A4"


@settings(max_examples=60, deadline=None)
@given(queue=st.text(max_size=9), address=st.text(max_size=9))
def test_every_route_comes_back(queue: str, address: str) -> None:
    """Whatever was told to `deliver` is what filing reads, also after flags were added."""
    name = add_route("1.M1P1Q1.h", queue=queue, address=address)
    assert read_route(name) == (queue, address)
    assert read_route(f"{name}:2,FS") == (queue, address)
    assert not {"/", ":", "\0"} & set(name)


@settings(max_examples=60, deadline=None)
@given(name=st.text(alphabet=",QA=%0aF:2.x\udcff", max_size=20))
def test_any_name_has_an_answer(name: str) -> None:
    """Names that other programs made are read without complaint."""
    queue, address = read_route(name)
    assert (type(queue), type(address)) == (str, str)


def test_fields_of_other_programs_are_left_alone() -> None:
    """Dovecot and mbsync put fields of their own into names."""
    assert read_route(f"{UNIQUE},S=1234,W=1250,Q=Sales,U=17") == ("Sales", "")


def test_a_broken_percent_sign_is_kept() -> None:
    """A field that we cannot have written is read as it stands."""
    assert read_route(f"{UNIQUE},Q=100%,A=%+1x") == ("100%", "%+1x")


def test_a_route_too_long_for_a_file_name_is_refused() -> None:
    """The name must fit into what a file system takes, counted in encoded bytes."""
    longest = "q" * (LONGEST_NAME - len(f"{UNIQUE},Q="))
    assert len(add_route(UNIQUE, queue=longest)) == LONGEST_NAME
    with pytest.raises(ValueError, match="too long"):
        add_route(UNIQUE, queue=longest + "q")
