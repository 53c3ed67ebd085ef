"""Text of format=flowed (RFC 3676)."""

import pytest

from mdtickets.mail.flowed import join_flowed


@pytest.mark.parametrize(
    ("text", "delete_space", "joined"),
    [
        ("one \ntwo\nthree", False, "one two\nthree"),
        ("日本 \n語", True, "日本語"),
        ("> one \n> two\nthree", False, "> one two\nthree"),
        ("> one \n>> two", False, "> one \n>> two"),  # another depth, another paragraph
        (" >not quoted\n From here", False, ">not quoted\nFrom here"),  # space-stuffed
        ("Bye \n-- \nKim", False, "Bye \n-- \nKim"),  # the line before a signature is none of it
        ("one\n\ntwo", False, "one\n\ntwo"),
        ("one \ntwo \n> three \n> four \nfive", False, "one two \n> three four \nfive"),
        ("-- \nKim \nLee", False, "-- \nKim Lee"),
        ("one \n -- \ntwo", False, "one \n-- \ntwo"),  # stuffed, and the line before a signature all the same
        ("", False, ""),
    ],
)
def test_broken_lines_are_put_together(text: str, delete_space: bool, joined: str) -> None:
    """A line that ends with a space goes on in the next one of its depth."""
    assert join_flowed(text, delete_space=delete_space) == joined
