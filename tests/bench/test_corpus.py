"""The mails of the benchmark are what the figures say they are."""

import email
import email.policy
import hashlib
from collections import Counter

from tests.bench import corpus
from tests.bench.corpus import Kind

_SAMPLE = [corpus.plan(index) for index in range(2000)]


def test_same_in_every_run() -> None:
    """A mail depends on its number alone: the digest of the first fifty never changes unnoticed."""
    digest = hashlib.sha256(b"".join(corpus.burst(50))).hexdigest()
    assert digest[:16] == "dd8332db1b41de2c"


def test_mean_size() -> None:
    """The mean is 6.4 KB within three per cent."""
    sizes = [len(corpus.write(mail)) for mail in _SAMPLE]
    assert abs(sum(sizes) / len(sizes) - corpus.MEAN_BYTES) < 0.03 * corpus.MEAN_BYTES


def test_shares_of_kinds() -> None:
    """60 % are plain, 30 % alternative, 10 % carry a file, each within three points."""
    shares = {kind: count / len(_SAMPLE) for kind, count in Counter(mail.kind for mail in _SAMPLE).items()}
    wanted = {Kind.PLAIN: 0.6, Kind.ALTERNATIVE: 0.3, Kind.FILE: 0.1}
    assert all(abs(shares[kind] - share) < 0.03 for kind, share in wanted.items())


def test_fifth_are_follow_ups() -> None:
    """Every fifth mail answers an earlier one of the same customer, in whose language it is written."""
    answers = [mail for mail in _SAMPLE if mail.parent is not None]
    assert 0.17 < len(answers) / len(_SAMPLE) < 0.23
    for mail in answers:
        assert mail.parent is not None
        assert mail.parent < mail.index
        assert corpus.plan(mail.parent).customer == mail.customer


def test_both_languages_and_all_customers() -> None:
    """All 400 customers write, in German and in English."""
    mails = [corpus.plan(index) for index in range(4000)]
    assert {mail.customer for mail in mails} == set(range(corpus.CUSTOMERS))
    assert {mail.language for mail in mails} == {"de", "en"}


def test_mails_are_well_formed() -> None:
    """The standard parser finds no defect, the headers that filing needs, and the parts the kind promises."""
    parts = {Kind.PLAIN: 1, Kind.ALTERNATIVE: 3, Kind.FILE: 3}
    for mail in _SAMPLE[:200]:
        found = email.message_from_bytes(corpus.write(mail), policy=email.policy.default)
        assert [part.defects for part in found.walk()] == [[]] * parts[mail.kind]
        assert found["Message-ID"] == f"<{mail.message_id}>"
        assert found["Subject"] == mail.subject
        assert found["In-Reply-To"] == (None if mail.parent is None else f"<{corpus.message_id(mail.parent)}>")


def test_thread() -> None:
    """A thread is one customer's mails, each answering the one before, under one subject."""
    mails = corpus.thread(100, 4, Kind.PLAIN)
    assert [mail.parent for mail in mails] == [None, 100, 101, 102]
    assert len({(mail.customer, mail.subject.removeprefix("Re: ")) for mail in mails}) == 1
