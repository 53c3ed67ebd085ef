"""A corpus of small mails beside what the parser makes of them.

`tests/corpus/parse/NAME.eml` is a mail as received, `NAME.json` the value. `pytest --update-golden` writes the values
anew; whoever reviews the change reads the difference.
"""

import json
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import asdict

from mdtickets.domain.incoming import Incoming
from mdtickets.mail.parse import parse

CORPUS = Path(__file__).parent.parent / "corpus" / "parse"
# Said in the file itself or by git: nothing a reviewer could check.
LEFT_OUT = ("sha256",)


def golden(mail: Incoming) -> str:
    """The value for people: fields without anything in them left out, texts line by line."""
    fields = {
        name: value for name, value in asdict(mail).items() if value not in ("", (), None) and name not in LEFT_OUT
    }
    if mail.return_path is not None:
        fields["return_path"] = mail.return_path  # empty is not the same as missing
    for name in ("body", "new_text"):
        if name in fields:
            fields[name] = fields[name].split("\n")
    if "headers" in fields:
        fields["headers"] = [f"{name}: {value}" for name, value in fields["headers"]]
    return json.dumps(fields, ensure_ascii=False, indent=1, default=_as_plain) + "\n"


def _as_plain(value: object) -> object:
    """What JSON can hold of a value: the fields of a part, else its text."""
    return asdict(value) if isinstance(value, Struct) else str(value)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_mail_is_read_as_reviewed(path: Path, request: pytest.FixtureRequest) -> None:
    """Every field of the value equals the file beside the mail."""
    found = golden(parse(path.read_bytes()))
    beside = path.with_suffix(".json")
    if request.config.getoption("--update-golden"):
        beside.write_text(found, encoding="utf-8")
    assert (beside.read_text(encoding="utf-8") if beside.exists() else "(run with --update-golden)") == found


def test_the_corpus_is_there() -> None:
    """A wrong path would test nothing."""
    assert len(list(CORPUS.glob("*.eml"))) >= 22
