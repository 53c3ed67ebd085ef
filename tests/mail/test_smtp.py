"""Handing mail to SMTP servers, good and bad: what is certain and what is not."""

import ssl
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mdtickets.domain.settings import Sending, Tls, Transport
from mdtickets.mail import smtp
from mdtickets.mail.outcome import Failed, Outcome, Refusal, Sent, Unknown
from mdtickets.mail.smtp import SmtpConnection, to_wire
from tests.mail.servers import (
    CLOSE,
    DEAF,
    RESET,
    SILENT,
    ScriptedServer,
    free_port,
    make_certificate,
    running,
    scripted,
    well_behaved,
)

MAIL = b"From: support@mustermann-video.example\r\nSubject: [Ticket#2026112410000420]\r\n\r\nThank you.\r\n"
SENDER = "support@mustermann-video.example"
KIM = "kim@lee.example"
MAX = "max@mueller.example"
# More than the kernel keeps for us, so that the server's end is noticed before the final dot.
LONG = (b"x" * 998 + b"\r\n") * 12_000


def settings_for(port: int, *, tls: Tls = Tls.NONE, user: str = "") -> Sending:
    return Sending(transport=Transport.SMTP, host="127.0.0.1", port=port, tls=tls, user=user, timeout=1)


def send(server: Any, *, to: Sequence[str] = (KIM,), message: bytes = MAIL, sender: str = SENDER) -> Outcome:
    """What becomes of one mail; the answer to the final dot is waited for no longer than any other."""
    connection = SmtpConnection(settings_for(server.port), patience=1)
    try:
        return connection.send(message, sender, to)
    finally:
        connection.close()


def send_to_scripted(**script: str) -> tuple[Outcome, ScriptedServer]:
    with scripted(**script) as server:
        return send(server), server


def place(server: ScriptedServer) -> str:
    return f"127.0.0.1:{server.port}"


# ── the good way ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_accepted_mail_is_sent_with_the_servers_words() -> None:
    """A mail that the server takes is sent, and its words are kept."""
    outcome, server = send_to_scripted()
    assert Sent(detail="250 2.0.0 Ok: queued as 4711") == outcome
    assert server.mails == [MAIL]


def test_well_behaved_server_gets_the_bytes_and_the_envelope() -> None:
    """The bytes arrive as they were, from and to the envelope, not the header."""
    with well_behaved() as server:
        send(server, to=(KIM, MAX))
    mail = server.mails[0]
    assert (mail.envelope_from, mail.envelope_to, mail.content) == (SENDER, [KIM, MAX], MAIL)


def test_automatic_answers_leave_with_the_null_path() -> None:
    """An empty sender becomes <>, so that nothing answers an acknowledgement (RFC 3834 section 3)."""
    with scripted() as server:
        send(server, sender="")
    assert any(command.startswith("MAIL FROM:<> ") for command in server.commands)


def test_eight_bit_mail_is_declared_where_the_server_knows_it() -> None:
    """Bytes above 127 are announced with BODY=8BITMIME and arrive unchanged (RFC 6152)."""
    umlauts = "Subject: x\r\n\r\nGrüße\r\n".encode()
    with well_behaved() as server:
        send(server, message=umlauts)
    assert umlauts == server.mails[0].content
    assert "BODY=8BITMIME" in server.options


def test_eight_bit_mail_is_sent_as_it_is_to_an_old_server() -> None:
    """A server without 8BITMIME gets the same bytes and no parameter that it does not know."""
    with scripted(EHLO="250 mx.example") as server:
        send(server, message=b"\r\n\xfc\r\n")
    assert server.mails == [b"\r\n\xfc\r\n"]
    assert f"MAIL FROM:<{SENDER}>" in server.commands


def test_server_without_esmtp_is_greeted_with_helo() -> None:
    """A server that does not know EHLO still gets its mail."""
    outcome, _ = send_to_scripted(EHLO="502 what?", HELO="250 hello")
    assert isinstance(outcome, Sent)


def test_one_connection_carries_many_mails() -> None:
    """Mails of one run share a connection."""
    with scripted() as server:
        connection = SmtpConnection(settings_for(server.port))
        outcomes = [connection.send(MAIL, SENDER, [KIM]) for _ in range(3)]
        connection.close()
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, True, True]
    assert (server.connections, len(server.mails)) == (1, 3)


def test_server_that_ends_a_long_conversation_is_called_again() -> None:
    """A connection that was closed between two mails is opened anew: nothing was taken, nothing is lost."""
    with scripted(RSET="421 too many mails at once") as server:
        connection = SmtpConnection(settings_for(server.port))
        outcomes = [connection.send(MAIL, SENDER, [KIM]) for _ in range(2)]
        connection.close()
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, True]
    assert (server.connections, len(server.mails)) == (2, 2)


# ── refused ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(("code", "permanent"), [("450", False), ("550", True)])
def test_refusal_at_any_stage_is_certain(stage: str, code: str, permanent: bool) -> None:
    """4xx is for now and 5xx for good, with the server's words, and it is about this mail."""
    outcome, _ = send_to_scripted(**{stage: f"{code} no mail for Kim"})
    assert isinstance(outcome, Failed)
    assert (permanent, False) == (outcome.permanent, outcome.server)
    assert outcome.detail.startswith(f"{code} no mail for Kim")


def test_refused_mail_leaves_the_connection_usable() -> None:
    """After a refusal the next mail goes over the same connection."""
    with scripted(**{f"RCPT TO:<{MAX}>": "550 unknown"}) as server:
        connection = SmtpConnection(settings_for(server.port))
        outcomes = [connection.send(MAIL, SENDER, [to]) for to in (MAX, KIM)]
        connection.close()
    assert [Failed, Sent] == [type(outcome) for outcome in outcomes]
    assert server.connections == 1


@pytest.mark.parametrize(("code", "permanent"), [("451", False), ("550", True)])
def test_refused_recipient_does_not_keep_the_mail_from_the_others(code: str, permanent: bool) -> None:
    """Who was refused is told beside who got it."""
    with scripted(**{f"RCPT TO:<{MAX}>": f"{code} not Max"}) as server:
        outcome = send(server, to=(KIM, MAX))
    refusal = Refusal(address=MAX, detail=f"{code} not Max", permanent=permanent)
    assert Sent(detail="250 2.0.0 Ok: queued as 4711", refused=(refusal,)) == outcome


def test_all_recipients_refused_is_permanent_only_if_all_are() -> None:
    """One recipient refused for now keeps the mail in the queue."""
    script = {f"RCPT TO:<{KIM}>": "450 later", f"RCPT TO:<{MAX}>": "550 never"}
    with scripted(**script) as server:
        outcome = send(server, to=(KIM, MAX))
    assert Failed(detail=f"450 later ({KIM}); 550 never ({MAX})", permanent=False) == outcome
    assert "DATA" not in server.commands


@pytest.mark.parametrize(
    "address", ["kim@lee.example> SIZE=1", "kim@lee.example\r\nDATA", "kim", "@lee.example", "a b@c"]
)
def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    """An address cannot add a parameter or a line to the conversation."""
    with scripted() as server:
        outcome = send(server, to=(address,))
    assert isinstance(outcome, Failed)
    assert outcome.permanent
    assert not any("RCPT" in command or "DATA" in command for command in server.commands)


def test_sender_that_is_no_address_is_refused() -> None:
    """A broken sender fails the mail for good, before the server is asked."""
    with scripted() as server:
        outcome = send(server, sender="support")
    assert Failed(detail="support is no sender this server takes", permanent=True) == outcome


def test_quoted_local_part_is_an_address() -> None:
    """RFC 5321 allows spaces in quotes."""
    with scripted() as server:
        assert isinstance(send(server, to=('"kim lee"@lee.example',)), Sent)


def test_domain_outside_ascii_is_sent_in_its_ascii_form() -> None:
    """A server without SMTPUTF8 gets the domain as xn--…."""
    with scripted() as server:
        send(server, to=("kim@müller.example",))
    assert "RCPT TO:<kim@xn--mller-kva.example>" in server.commands


def test_local_part_outside_ascii_needs_a_server_that_knows_it() -> None:
    """Without SMTPUTF8 such a recipient is refused, with it the address goes out in UTF-8 (RFC 6531)."""
    with scripted() as server:
        assert isinstance(send(server, to=("jürgen@lee.example",)), Failed)
    with scripted(EHLO="250-mx.example\r\n250 SMTPUTF8") as server:
        assert isinstance(send(server, to=("jürgen@lee.example",)), Sent)
    assert f"MAIL FROM:<{SENDER}> SMTPUTF8" in server.commands


# ── broken off ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stage", "end"),
    [*product(["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"], [CLOSE, RESET]), ("CONNECT", SILENT), ("DATA", SILENT)],
)
def test_connection_lost_before_the_text_is_a_certain_failure(stage: str, end: str) -> None:
    """Closed, dead or silent before DATA began: not sent, to be tried again, and not the mail's fault."""
    outcome, server = send_to_scripted(**{stage: end})
    assert isinstance(outcome, Failed)
    assert (outcome.permanent, outcome.server) == (False, True)
    assert outcome.detail.startswith(place(server))


@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_server_that_dies_in_the_text_has_not_got_the_mail(end: str) -> None:
    """Without the final dot a server must not deliver, so this is a failure, not a doubt."""
    with scripted(TEXT=end) as server:
        outcome = send(server, message=LONG)
    assert isinstance(outcome, Failed)
    assert (outcome.permanent, outcome.server) == (False, True)


def test_refusal_in_the_middle_of_the_text_is_heard() -> None:
    """A server that has had enough says why and closes: its words count, and for good if it says so."""
    with scripted(TEXT="552 too large") as server:
        outcome = send(server, message=LONG)
    assert Failed(detail="552 too large", permanent=True) == outcome


def test_server_that_stops_reading_the_text_has_not_got_the_mail() -> None:
    """A text that cannot be handed over in time is not sent."""
    with scripted(TEXT=DEAF) as server:
        outcome = send(server, message=LONG)
    assert isinstance(outcome, Failed)
    assert not outcome.permanent


@pytest.mark.parametrize("end", [CLOSE, RESET, SILENT, "999 hm", "hello?"])
def test_no_answer_to_the_final_dot_is_unknown(end: str) -> None:
    """Closed, dead, silent or raving after the dot: the mail may have left, and nobody can know."""
    outcome, server = send_to_scripted(DOT=end)
    assert isinstance(outcome, Unknown)
    assert server.mails == [MAIL]


def test_answer_to_the_final_dot_may_take_longer_than_any_other() -> None:
    """A slow filter is waited for: the time-out is multiplied (RFC 5321 section 4.5.3.2.6)."""
    with scripted(DOT=SILENT) as server:
        connection = SmtpConnection(replace(settings_for(server.port), timeout=1), patience=2)
        outcome = connection.send(MAIL, SENDER, [KIM])
        connection.close()
    assert isinstance(outcome, Unknown)
    assert "timed out" in outcome.detail


def test_server_that_is_not_there_is_a_failure_of_the_server() -> None:
    """Connection refused: nothing of this is about the mail."""
    port = free_port()
    outcome = smtp.send(MAIL, SENDER, [KIM], settings_for(port), "")
    assert Failed(detail=f"127.0.0.1:{port}: Connection refused", permanent=False, server=True) == outcome


def test_name_that_is_no_host_is_a_failure_of_the_server() -> None:
    """A host name that cannot be one raises nothing."""
    outcome = smtp.send(MAIL, SENDER, [KIM], replace(settings_for(25), host="a..b"), "")
    assert isinstance(outcome, Failed)
    assert outcome.server


@pytest.mark.parametrize("greeting", ["554 no mail here", "421 closing", "hello"])
def test_server_that_takes_no_mail_at_all_condemns_none(greeting: str) -> None:
    """Whatever it greets with, the mail is tried again later."""
    outcome, _ = send_to_scripted(CONNECT=greeting)
    assert isinstance(outcome, Failed)
    assert (outcome.permanent, outcome.server) == (False, True)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_server_that_wants_a_login_condemns_no_mail(stage: str) -> None:
    """530 is about our settings: the mails wait until they are mended."""
    outcome, _ = send_to_scripted(**{stage: "530 5.7.0 Authentication required"})
    assert isinstance(outcome, Failed)
    assert (outcome.permanent, outcome.server) == (False, True)


# ── TLS and login ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate that vouches for itself, made once."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's context, its certificate known to this machine as OpenSSL lets one say it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return certificate[1]


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_mail_leaves_over_tls(tls: Tls, trusted: ssl.SSLContext) -> None:
    """Both kinds of TLS work with a certificate that the system trusts."""
    options = {"implicit": trusted} if tls is Tls.IMPLICIT else {"tls_context": trusted, "require_starttls": True}
    with well_behaved(**options) as server:
        outcome = smtp.send(MAIL, SENDER, [KIM], settings_for(server.port, tls=tls), "")
    assert Sent(detail="250 2.0.0 kept") == outcome
    assert server.mails[0].content == MAIL


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_certificate_that_nobody_vouches_for_stops_the_mail(tls: Tls, certificate: tuple[Path, ssl.SSLContext]) -> None:
    """The certificate is checked, and the reason is told."""
    context = certificate[1]
    options = {"implicit": context} if tls is Tls.IMPLICIT else {"tls_context": context}
    with well_behaved(**options) as server:
        outcome = smtp.send(MAIL, SENDER, [KIM], settings_for(server.port, tls=tls), "")
    reason = "its certificate is not to be trusted: self-signed certificate"
    assert Failed(detail=f"127.0.0.1:{server.port}: {reason}", permanent=False, server=True) == outcome
    assert server.mails == []


def test_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    """A server, or somebody between, that hides STARTTLS does not make us send without it."""
    with scripted() as server:
        outcome = smtp.send(MAIL, SENDER, [KIM], settings_for(server.port, tls=Tls.STARTTLS), "")
    assert isinstance(outcome, Failed)
    assert "STARTTLS" in outcome.detail
    assert server.mails == []


def login_of(user: str, password: str) -> Any:
    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=(user.encode(), password.encode()) == (login.login, login.password), handled=False)

    return authenticate


@pytest.mark.parametrize("password", ["Geheim-4711", "Schlüssel"])
def test_login_with_the_password(password: str) -> None:
    """The password is sent, ASCII or not (RFC 4616)."""
    options = {"authenticator": login_of("support", password), "auth_require_tls": False}
    with well_behaved(**options) as server:
        outcome = smtp.send(MAIL, SENDER, [KIM], settings_for(server.port, user="support"), password)
    assert Sent(detail="250 2.0.0 kept") == outcome


@pytest.mark.parametrize("password", ["wrong", "fälsch"])
def test_wrong_password_condemns_no_mail(password: str) -> None:
    """535 is about our settings; the password is in no message."""
    options = {"authenticator": login_of("support", "right"), "auth_require_tls": False}
    with well_behaved(**options) as server:
        outcome = smtp.send(MAIL, SENDER, [KIM], settings_for(server.port, user="support"), password)
    assert isinstance(outcome, Failed)
    assert (outcome.permanent, outcome.server) == (False, True)
    assert outcome.detail.startswith(f"127.0.0.1:{server.port}: 535")
    assert password not in outcome.detail


# ── the text on the line ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b"", b""),
        (b"a", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"a\n.\nb", b"a\r\n..\r\nb\r\n"),
        (b"a\r.\rb", b"a\r\n..\r\nb\r\n"),
        (b"\r\n.hidden", b"\r\n..hidden\r\n"),
        (b"a\r\r\nb\x00\xff", b"a\r\n\r\nb\x00\xff\r\n"),
    ],
)
def test_text_on_the_wire(message: bytes, wire: bytes) -> None:
    """Every line end becomes CR LF and a leading dot two (RFC 5321 section 4.5.2)."""
    assert wire == to_wire(message)


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"a", b"\x00", b"\xe4"]), max_size=30).map(b"".join))
@settings(max_examples=200)
def test_text_can_never_end_itself(message: bytes) -> None:
    """No bytes make a line of one dot, or a line end that servers disagree on; undone, the lines are the same."""
    lines = to_wire(message).split(b"\r\n")
    assert lines.pop() == b""
    assert not any(line == b"." or b"\r" in line or b"\n" in line for line in lines)
    undone = b"".join((line[1:] if line.startswith(b".") else line) + b"\n" for line in lines)
    plain = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert undone == (plain if plain.endswith(b"\n") or not plain else plain + b"\n")


def test_text_that_tries_to_smuggle_a_second_mail_arrives_as_one() -> None:
    """What looks like the end of the text and new commands stays text for the server."""
    trick = b"a\r\n.\nMAIL FROM:<x@y.example>\r\n.\rDATA\r\n"
    with running(ScriptedServer()) as server:
        send(server, message=trick)
    assert server.mails == [b"a\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\nDATA\r\n"]
