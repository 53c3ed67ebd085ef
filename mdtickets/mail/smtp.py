"""Handing mail to an SMTP server (RFC 5321), stage by stage.

`smtplib.sendmail` tells a mail that was refused from one whose connection broke, but not whether it broke before or
after the dot that ends DATA. Before it the server must not deliver (section 4.1.1.4), after it it may have: so the
stages are driven here, and smtplib only speaks and listens.
"""

import base64
import contextlib
import smtplib
import socket
import ssl
from collections.abc import Sequence

from mdtickets.domain.settings import Sending, Tls
from mdtickets.mail.outcome import Failed, Outcome, Refusal, Sent, Unknown, refused_by_all, wire_address, words

_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}

# The server closes, or wants a login or TLS that our settings do not give (RFC 4954 section 6): whatever it answers to,
# it is not about the mail.
_ABOUT_US = frozenset({421, 530, 534, 535, 538})

# Servers that filter answer the dot late, and giving up too early sends mail twice: 10 minutes where the rest has one
# (RFC 5321 section 4.5.3.2.6).
_PATIENCE = 10
_FAREWELL = 5  # seconds
# Python's time-out is for a whole sendall; in pieces it is for as long as nothing moves.
_PIECE = 1 << 16


def to_wire(message: bytes) -> bytes:
    """The mail as it goes over the line before the final dot: every line ended by CR LF, leading dots doubled.

    A lone CR or LF becomes a line end too: servers disagree on them, and one that takes `LF . LF` for the end reads
    what follows as commands.
    """
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def send(message: bytes, envelope_from: str, envelope_to: Sequence[str], sending: Sending, password: str) -> Outcome:
    """What became of one mail, over a connection of its own. Raises nothing."""
    connection = SmtpConnection(sending, password)
    try:
        return connection.send(message, envelope_from, envelope_to)
    finally:
        connection.close()


class SmtpConnection:
    """A conversation with the server of the settings, opened by the first mail and used for all that follow."""

    def __init__(self, sending: Sending, password: str = "", *, patience: int = _PATIENCE) -> None:
        self._sending = sending
        self._password = password
        self._patience = patience  # times the timeout, for the answer to the final dot
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: bytes, envelope_from: str, envelope_to: Sequence[str]) -> Outcome:
        """What became of one mail. An empty sender is the null path `<>`. Raises nothing."""
        reused = self._smtp is not None
        try:
            return self._hand_over(self._ready(), message, envelope_from, envelope_to)
        except (OSError, ValueError) as error:  # all of smtplib's are OSErrors; ValueError: no host name at all
            self._drop()
            if reused:
                # nothing of this mail was taken; servers end conversations that idle or grow long
                return self.send(message, envelope_from, envelope_to)
            return Failed(detail=self._explain(error), permanent=False, server=True)

    def close(self) -> None:
        """End the conversation politely."""
        if self._smtp is not None and self._smtp.sock is not None:
            with contextlib.suppress(OSError):
                self._smtp.sock.settimeout(_FAREWELL)
                self._smtp.docmd("QUIT")
        self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _ready(self) -> smtplib.SMTP:
        if self._smtp is not None:
            _ask(self._smtp, "RSET")
            return self._smtp
        # kept at once, so that it is closed whatever the greeting brings
        self._smtp = smtp = self._connect()
        smtp.ehlo_or_helo_if_needed()
        if self._sending.tls is Tls.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if self._sending.user:
            _log_in(smtp, self._sending.user, self._password)
        return smtp

    def _connect(self) -> smtplib.SMTP:
        host, port = self._sending.host, self._port
        name, timeout = _own_name(), self._sending.timeout
        if self._sending.tls is Tls.IMPLICIT:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=timeout, context=context)
        return smtplib.SMTP(host, port, local_hostname=name, timeout=timeout)

    @property
    def _port(self) -> int:
        return self._sending.port or _PORTS[self._sending.tls]

    def _hand_over(
        self, smtp: smtplib.SMTP, message: bytes, envelope_from: str, envelope_to: Sequence[str]
    ) -> Sent | Failed | Unknown:
        utf8 = smtp.has_extn("smtputf8") and not all(address.isascii() for address in (envelope_from, *envelope_to))
        smtp.command_encoding = "utf-8" if utf8 else "ascii"
        sender = wire_address(envelope_from, utf8=utf8) if envelope_from else ""
        if sender is None:
            return Failed(detail=f"{words(envelope_from)} is no sender this server takes", permanent=True)
        body = to_wire(message)
        code, answer = _ask(smtp, "MAIL", f"FROM:<{sender}>{_parameters(smtp, body, utf8=utf8)}")
        if code >= 400:
            return Failed(detail=answer, permanent=code >= 500)
        refused = tuple(refusal for to in envelope_to if (refusal := _refusal(smtp, to, utf8=utf8)))
        if len(refused) == len(envelope_to):
            return refused_by_all(refused)
        code, answer = _ask(smtp, "DATA")
        if code >= 400:
            return Failed(detail=answer, permanent=code >= 500)
        return _send_text(smtp, body) or self._send_dot(smtp, refused)

    def _send_dot(self, smtp: smtplib.SMTP, refused: tuple[Refusal, ...]) -> Sent | Failed | Unknown:
        timeout = self._sending.timeout
        try:
            _socket(smtp).settimeout(timeout * self._patience)
            _socket(smtp).sendall(b".\r\n")
            code, text = smtp.getreply()
            _socket(smtp).settimeout(timeout)
        except OSError as error:
            self._drop()
            return Unknown(detail=f"{self._explain(error)}, after the whole mail was handed over")
        answer = f"{code} {words(text)}"
        if 200 <= code < 300:
            return Sent(detail=answer, refused=refused)
        if 400 <= code < 600:
            return Failed(detail=answer, permanent=code >= 500)
        self._drop()
        return Unknown(detail=f"{self._place} answered the mail with {words(text)!r}")

    @property
    def _place(self) -> str:
        return f"{self._sending.host}:{self._port}"

    def _explain(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            text = error.smtp_error
            said = words(text if isinstance(text, bytes) else str(text))
            return f"{self._place}: {error.smtp_code if error.smtp_code > 0 else 'no SMTP answer:'} {said}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"{self._place}: its certificate is not to be trusted: {words(error.verify_message)}"
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return f"{self._place}: {words(reason)}"


def _own_name() -> str:
    """What we say in EHLO (RFC 5321 section 4.1.4); smtplib would ask DNS, which may take half a minute."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("not connected")
    return smtp.sock


def _ask(smtp: smtplib.SMTP, command: str, arguments: str = "") -> tuple[int, str]:
    """The code and the words of an answer. Raises SMTPResponseException when it is not about this mail."""
    code, text = smtp.docmd(command, arguments)
    if code in _ABOUT_US or not 200 <= code < 600:
        raise smtplib.SMTPResponseException(code, text)
    return code, f"{code} {words(text)}"


def _parameters(smtp: smtplib.SMTP, body: bytes, *, utf8: bool) -> str:
    size = f" SIZE={len(body)}" if smtp.has_extn("size") else ""
    # a server without 8BITMIME gets the bytes all the same: changing them would break what they were signed for
    eight_bit = " BODY=8BITMIME" if smtp.has_extn("8bitmime") and not body.isascii() else ""
    return size + eight_bit + (" SMTPUTF8" if utf8 else "")


def _refusal(smtp: smtplib.SMTP, address: str, *, utf8: bool) -> Refusal | None:
    wired = wire_address(address, utf8=utf8)
    if wired is None:
        return Refusal(address=address, detail="no address that this server takes", permanent=True)
    code, answer = _ask(smtp, "RCPT", f"TO:<{wired}>")
    return Refusal(address=address, detail=answer, permanent=code >= 500) if code >= 300 else None


def _send_text(smtp: smtplib.SMTP, body: bytes) -> Failed | None:
    """Send everything but the final dot; an answer that comes before it is a refusal."""
    view = memoryview(body)
    try:
        for start in range(0, len(view), _PIECE):
            _socket(smtp).sendall(view[start : start + _PIECE])
    except TimeoutError:
        raise
    except OSError:
        # a server that has had enough says so and closes: its words are worth more than "broken pipe"
        with contextlib.suppress(OSError):
            code, text = smtp.getreply()
            if 400 <= code < 600 and code not in _ABOUT_US:
                return Failed(detail=f"{code} {words(text)}", permanent=code >= 500)
        raise
    return None


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    if (user + password).isascii():
        smtp.login(user, password)
        return
    # smtplib knows ASCII passwords only; PLAIN takes UTF-8 (RFC 4616 section 2)
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, text = smtp.docmd("AUTH", f"PLAIN {token}")
    if code not in {235, 503}:
        raise smtplib.SMTPAuthenticationError(code, text)
