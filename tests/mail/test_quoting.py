"""What of a text is new, quoted, a signature."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.quoting import MAX_LINES, SectionKind, new_text, sections

LETTERS = {SectionKind.NEW: "N", SectionKind.QUOTED: "q", SectionKind.SIGNATURE: "s"}


def kinds(text: str) -> str:
    """One letter for each line that is not blank, a bar between sections: N new, q quoted, s signature."""
    counts = ((section.kind, sum(map(bool, map(str.strip, section.text.split("\n"))))) for section in sections(text))
    return "|".join(LETTERS[kind] * count for kind, count in counts)


HEADERS = {
    "English": "On Tue, 24 Nov 2026 at 10:15, Kim Lee <kim@lee.example> wrote:",
    "German, Thunderbird": "Am 24.11.26 um 10:15 schrieb Max Müller:",
    "German, Gmail": "Am Di., 24. Nov. 2026 um 10:15 Uhr schrieb Max Müller <max@kunde.example>:",
    "German, date last": "Max Müller <max@kunde.example> schrieb am Di., 24. Nov. 2026, 10:15:",
    "German, webmail": "Zitat von Max Müller <max@kunde.example>:",
    "French": "Le mar. 24 nov. 2026 à 10:15, Luc <luc@client.example> a écrit :",
    "Spanish": "El mar, 24 nov 2026 a las 10:15, Ana (<ana@cliente.example>) escribió:",
    "Italian": "Il giorno mar 24 nov 2026 alle ore 10:15 Ada <ada@cliente.example> ha scritto:",
    "Portuguese": "Em ter., 24 de nov. de 2026 às 10:15, Rui <rui@cliente.example> escreveu:",
    "Dutch": "Op di 24 nov 2026 om 10:15 schreef Jan <jan@klant.example>:",
    "Swedish": "Den tis 24 nov. 2026 kl 10:15 skrev Eva <eva@kund.example>:",
    "Danish": "Den 24. nov. 2026 kl. 10.15 skrev Bo <bo@kunde.example>:",
    "Norwegian": "tir. 24. nov. 2026 kl. 10:15 skrev Kari <kari@kunde.example>:",
    "Finnish": "ti 24. marrask. 2026 klo 10.15 Aino (aino@asiakas.example) kirjoitti:",
    "Polish": "wt., 24 lis 2026 o 10:15 Ewa <ewa@klient.example> napisał(a):",
    "Czech": "út 24. 11. 2026 v 10:15 odesílatel Jan <jan@zakaznik.example> napsal:",
    "Hungarian": "Éva <eva@ugyfel.example> ezt írta (időpont: 2026. nov. 24., K, 10:15):",
    "Russian": "вт, 24 нояб. 2026 г. в 10:15, Иван <ivan@klient.example> написал:",
    "Turkish": "24 Kas 2026 Sal, 10:15 tarihinde Ali <ali@musteri.example> şunu yazdı:",
    "Japanese": "2026年11月24日(火) 10:15 Taro <taro@kyaku.example>のメール:",
    "Chinese": "2026年11月24日 10:15，Li <li@kehu.example> 写道：",
    "only date and address": "2026-11-24 10:15 GMT+01:00 Kim Lee <kim@lee.example>:",
}


@pytest.mark.parametrize("language", HEADERS)
def test_the_line_above_a_quotation_belongs_to_it(language: str) -> None:
    """The words "On … wrote:" of many programs and languages."""
    assert kinds(f"Thanks!\n\n{HEADERS[language]}\n\n> It stopped.\n> Again.\n") == "N|qqq"


@pytest.mark.parametrize("language", ["English", "German, Thunderbird", "German, Gmail", "French", "Italian", "Dutch"])
def test_a_quotation_without_marks_goes_to_the_end(language: str) -> None:
    """Some programs mark no lines below "On … wrote:" with its date and time."""
    assert kinds(f"Thanks!\n\n{HEADERS[language]}\n\nIt stopped.\nAgain.\n") == "N|qqq"


@pytest.mark.parametrize(
    ("header", "broken"),
    [
        ("On Tue, 24 Nov 2026 at 10:15, Kim Lee\n<kim@lee.example> wrote:", 2),
        ("On Tue, 24 Nov 2026\nat 10:15, Kim Lee <kim@lee.example>\nwrote:", 3),
        ("Am 24.11.2026 um 10:15 schrieb Max Müller <max@kunde.example\n>:", 2),
    ],
)
def test_the_line_above_may_be_broken(header: str, broken: int) -> None:
    """Over two or three lines."""
    assert kinds(f"Danke.\n\n{header}\n> a\n") == f"N|{'q' * (broken + 1)}"


OUTLOOK = {
    "English": "From: Support\nSent: Tuesday, November 24, 2026 10:15\nTo: Kim Lee\nSubject: Recorder",
    "German": "Von: Support\nGesendet: Dienstag, 24. November 2026 10:15\nAn: Kim Lee\nBetreff: Recorder",
    "bold": "*Von:* Support\n*Gesendet:* Dienstag\n*An:* Kim Lee\n*Betreff:* Recorder",
    "with a line": "________________________________\nVon: Support\nDatum: Dienstag\nBetreff: Recorder",
    "French": "De : Support\nEnvoyé : mardi 24 novembre 2026 10:15\nÀ : Kim Lee\nObjet : Recorder",
    "Spanish": "De: Support\nEnviado el: martes\nPara: Kim Lee\nAsunto: Recorder",
    "Dutch": "Van: Support\nVerzonden: dinsdag\nAan: Kim Lee\nOnderwerp: Recorder",
    "Chinese": "发件人: Support\n发送时间: 2026年11月24日\n收件人: Kim\n主题: Recorder",
    "German, old": "-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Dienstag",
    "English, old": "-----Original Message-----\nFrom: Support",
}


@pytest.mark.parametrize("program", OUTLOOK)
def test_what_outlook_puts_below_is_quoted(program: str) -> None:
    """A block of header lines opens a quotation that goes to the end."""
    lines = OUTLOOK[program].count("\n") + 1
    assert kinds(f"That did not help.\n\n{OUTLOOK[program]}\n\nPlease hold Eject.\n") == f"N|{'q' * (lines + 1)}"


@pytest.mark.parametrize(
    "text",
    [
        "Am Montag schrieb mir Frau Müller, dass alles gut sei.\nNun aber nicht.",
        "Am Montag schrieb mir Frau Müller:\nalles gut.",
        "Am 24.11.2026 um 10:15 schrieb ich Ihnen:\nDas Gerät ist kaputt.",
        "On Thursday:\nIt works.",
        "Unsere Reise:\nVon: Berlin\nNach: Köln\nDatum: 3.5.",
        "Sent from my desk, is much easier than from a phone.",
        "Punkte:\n--\n" + "Zeile\n" * 20,
        "a -- b\nc",
        "From: Kim\nSent: Monday\nTo: Support\nSubject: forwarded\n\nThis is what I got.",
        "---------- Forwarded message ---------\nSubject: x\nFrom: Kim\nDate: Monday\nTo: Support\n\nIt broke in May.",
        "Begin forwarded message:\n\nFrom: Kim\nDate: Monday\nSubject: x\nTo: Support\n\nIt broke in May.",
        "-------- Original-Nachricht --------\nBetreff: x\nDatum: Montag\nVon: Kim\nAn: Support\n\nEs ist kaputt.",
    ],
)
def test_what_only_looks_quoted_is_new(text: str) -> None:
    """A person's own words, and mail that was forwarded to us."""
    assert set(kinds(text)) == {"N"}


def test_answers_between_the_lines_are_new() -> None:
    """Each question stays with its answer in order."""
    text = (
        "Hi,\n\nOn 24 Nov 2026 at 10:15, S wrote:\n> Which model?\n\nVR-200.\n\n> Which error?\nERR-4711.\n-- \nKim\n"
    )
    assert kinds(text) == "N|qq|N|q|N|ss"
    assert new_text(text) == "Hi,\n\nVR-200.\n\nERR-4711."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello\n-- \nKim\nLee & Sons\n", "N|sss"),
        ("Hello\n--\nKim\n", "N|ss"),
        ("Hello\n-- \nKim\n\nOn 24 Nov 2026 at 10:15, S <s@b.example> wrote:\n> x\n", "N|ss|qq"),
        ("Hello\n\nSent from my iPhone\n", "N|s"),
        ("Hallo\n\nVon meinem iPhone gesendet\n\n> Am 24.11.26 um 10:15 schrieb S:\n> x\n", "N|s|qq"),
        ("Hallo\n\nGesendet mit der GMX Mail App\n", "N|s"),
        ("Hallo\nDiese Nachricht wurde von meinem Android-Mobiltelefon mit WEB.DE Mail gesendet.\n", "N|s"),
        (
            "Hallo\n\nGet Outlook for iOS <https://aka.ms/o0ukef>\n________________________________\nVon: S\nAn: K\nBetreff: x\n",
            "N|s|qqqq",
        ),
        ("Bonjour\n\nEnvoyé de mon iPhone\n", "N|s"),
        ("Hello\n\n" + "_" * 47 + "\nusers mailing list\nusers@lists.example\n", "N|sss"),
        ("Hello\n\nSent from my iPhone\n\nNo, from hers.\n", "NNN"),
    ],
)
def test_signatures(text: str, expected: str) -> None:
    """Below "-- ", and the line that phones add, also above a quotation."""
    assert kinds(text) == expected


LINES = st.sampled_from(
    [
        *(
            "text",
            "",
            "  ",
            "> quoted",
            ">",
            "-- ",
            "--",
            "Von: x",
            "An: y",
            "Betreff: z",
            "Gesendet: 1",
            "On 1 wrote:",
        ),
        *(
            "Am 24.11.2026 um 10:15 schrieb M <m@k.example>:",
            "Sent from my iPhone",
            "-----Original Message-----",
            "_" * 30,
        ),
        *("Forwarded message:", "x mailing list", "On Tue,", "wrote:", "<a@b.example>", ":", "\x0c", "ä\u2028"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=30).map("\n".join))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    """The sections joined are the text, and no two neighbours are of one kind."""
    found = sections(text)
    assert "".join(section.text for section in found) == text
    assert all(one.kind is not other.kind for one, other in pairwise(found))


def test_very_long_text_is_kept_whole() -> None:
    """Beyond the limit lines belong to the last section."""
    text = "x\n" * MAX_LINES + "> not looked at\n" * 100
    assert "".join(section.text for section in sections(text)) == text


@pytest.mark.parametrize(
    "piece", ["Am ", "\n", "On x, ", "Von: x\n", " ", "-", "--\n", "On\n", "> x\nx\n", ":\n", "On 1\nwrote\n:\n"]
)
def test_hostile_text_is_read_in_bounded_time(piece: str) -> None:
    """What hangs the libraries: 256 KB of it within a second of CPU."""
    begin = time.process_time()
    sections("Hello\n\n" + piece * ((256 << 10) // len(piece)))
    assert time.process_time() - begin < 1
