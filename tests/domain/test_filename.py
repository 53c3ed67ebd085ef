"""Names of files that a stranger chose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.filename import MAX_BYTES, safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Rechnung Nr. 4711 (Kopie).pdf", "Rechnung Nr. 4711 (Kopie).pdf"),
        ("Größe.pdf", "Größe.pdf"),
        ("Mu\u0308ller.pdf", "Müller.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\kim\\photo.jpg", "photo.jpg"),
        ("..", "attachment-3"),
        ("../", "attachment-3"),
        ("", "attachment-3"),
        ("\x00", "_"),
        ("a\x00b.txt", "a_b.txt"),
        ("line\nbreak.txt", "line break.txt"),
        (".htaccess", "htaccess"),
        ("-rf", "rf"),
        ("~root", "root"),
        ("name.txt. . .", "name.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("LPT²", "_LPT²"),
        ("console.log", "console.log"),
        ("photo.\u202egpj.exe", "photo._gpj.exe"),
        ('what?<is>:"this|*".txt', "what__is___this___.txt"),
        ("\ud800.txt", "_.txt"),
        ("日本語.pdf", "日本語.pdf"),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    """The last component, without what a file system, a shell, a terminal or Windows would take for something else."""
    assert safe_filename(name, 3) == safe


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("x" * 4000 + ".pdf", "xxx", "x.pdf"),
        ("ü" * 4000 + ".docx", "üüü", "ü.docx"),
        ("x." + "y" * 4000, "x.yyy", "yyy"),
    ],
)
def test_long_names_keep_their_extension(name: str, begin: str, end: str) -> None:
    """A name of 4000 characters is cut in its middle, never in the middle of a character."""
    safe = safe_filename(name, 1)
    assert (safe.startswith(begin), safe.endswith(end), len(safe.encode()) <= MAX_BYTES) == (True, True, True)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_every_name_is_one_safe_component(name: str) -> None:
    """Whatever a file is called, it stays in its directory, is seen by `ls`, and is no option."""
    safe = safe_filename(name, 1)
    assert 0 < len(safe.encode()) <= MAX_BYTES
    assert not set(safe) & set('/\\\x00<>:"|?*\n')
    assert safe[0] not in ".-~ "
    assert safe[-1] not in ". "
    assert safe_filename(safe, 1) == safe
