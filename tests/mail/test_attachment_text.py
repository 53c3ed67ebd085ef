"""The text in attachments is found, and what a stranger packs into one does no harm."""

import io
import subprocess
import sys
import zipfile
from email.message import EmailMessage

import pytest

from mdtickets.mail.attachment_text import Parsers, attachment_texts
from mdtickets.mail.office import MAX_PART, office_text
from mdtickets.mail.parser_process import ANSWER, PDF, REQUEST, serve

_DOCX = "<w:document><w:p><w:t>Angebot f&#252;r</w:t></w:p><w:p><w:t>Stecker</w:t></w:p></w:document>"
_SHEET = '<worksheet><c r="A1" t="s"><v>0</v></c><c r="A2"><v>4711</v></c></worksheet>'
_SHARED = "<sst><si><t>Kabeltrommel</t></si><si><t>Deckel</t></si></sst>"


def _zip(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _pdf(text: str) -> bytes:
    """A PDF of one page, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    pdf = b"%PDF-1.4\n"
    places = []
    for index, body in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return pdf + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(pdf),
    )


def _mail(name: str, type_: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["From"] = "Kim <kim@lee.example>"
    message.set_content("Anbei.")
    main, _, sub = type_.partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("name", "type_", "data", "words"),
    [
        ("log.txt", "text/plain", "Fehler 0x80070005 in Köln".encode(), "Fehler 0x80070005 in Köln"),
        ("a.html", "text/html", b"<p>Guten <b>Tag</b></p><script>x()</script>", "Guten Tag"),
        ("a.docx", "application/octet-stream", _zip({"word/document.xml": _DOCX}), "Angebot für Stecker"),
        ("a.odt", "application/zip", _zip({"content.xml": "<text:p>Ein Vertrag</text:p>"}), "Ein Vertrag"),
        (
            "a.xlsx",
            "application/zip",
            _zip({"xl/sharedStrings.xml": _SHARED, "xl/worksheets/sheet1.xml": _SHEET}),
            "Kabeltrommel",
        ),
        ("a.pdf", "application/pdf", _pdf("Rechnung 4711"), "Rechnung 4711"),
    ],
)
def test_the_text_of_an_attachment(name: str, type_: str, data: bytes, words: str) -> None:
    """Plain text, HTML, office documents, PDF."""
    if name.endswith("pdf"):
        pytest.importorskip("pypdf", reason="the extra `text` is not installed")
    with Parsers() as parser:
        (text,) = attachment_texts(_mail(name, type_, data), parser)
    assert " ".join(words.split()) in " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"PK\x03\x04torn"),
        ("a.docx", _zip({"word/document.xml": _DOCX})[:-40]),
        ("a.docx", b"no zip"),
        ("a.zip", _zip({"word/document.xml": _DOCX})),
        ("a.pdf", b"%PDF-1.7 torn"),
        ("a.xls", b"\xd0\xcf\x11\xe0 torn"),
        ("a.png", b"\x89PNG\0\0"),
        ("a.txt", b"\0\0\0"),
    ],
)
def test_what_cannot_be_read_has_no_text(name: str, data: bytes) -> None:
    """And is no error."""
    with Parsers() as parser:
        assert list(attachment_texts(_mail(name, "application/octet-stream", data), parser)) == []


def test_a_zip_bomb_is_read_to_its_limit() -> None:
    """Not a byte more is unpacked."""
    bomb = _zip({"word/document.xml": b"<w:t>" + b"a" * (3 * MAX_PART)})
    assert len(bomb) < 100_000
    assert len(office_text(bomb, "docx")) <= MAX_PART


def test_one_that_harms_its_parser_does_not_keep_the_next_from_being_read() -> None:
    """Each has a process of its own."""
    pytest.importorskip("pypdf", reason="the extra `text` is not installed")
    with Parsers() as parser:
        assert [parser(data, PDF).strip() for data in (_pdf("eins"), b"%PDF-1.7 torn", b"", _pdf("zwei"))] == [
            "eins", "", "", "zwei",
        ]  # fmt: skip


def test_a_parser_is_bounded() -> None:
    """Its process may write no file, and has a bound of time and memory before it sees the first byte."""
    program = (
        "import resource\n"
        "from mdtickets.mail import parser_process\n"
        "parser_process.limit()\n"
        "print([resource.getrlimit(each)[0] for each in"
        " (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"[10, {512 << 20}, 0]\n"


def test_without_the_extra_a_pdf_has_no_text() -> None:
    """A missing extra is never an error."""
    answers = io.BytesIO()
    request = REQUEST.pack(b"?", 4) + b"%PDF"
    serve(io.BytesIO(request), answers)
    assert answers.getvalue() == ANSWER.pack(0)
