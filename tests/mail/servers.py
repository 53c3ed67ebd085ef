"""SMTP servers on loopback: one that behaves (aiosmtpd), and one that fails wherever it is told to."""

import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from msgspec import Struct, field

# What a server may do at a stage instead of answering.
CLOSE = "close"  # end the connection
RESET = "reset"  # end it the hard way, as a machine that dies does
SILENT = "silent"  # say nothing until the client goes away
DEAF = "deaf"  # do not even read any more

_ANSWERS = {
    "CONNECT": "220 mx.example ESMTP",
    "EHLO": "250-mx.example\r\n250-SIZE 1000000\r\n250 8BITMIME",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 End data with <CR><LF>.<CR><LF>",
    "DOT": "250 2.0.0 Ok: queued as 4711",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
}


class ScriptedServer(Struct):
    """A server whose answer to each stage can be replaced.

    Stages: CONNECT, a command (or a whole line of it), TEXT (in the middle of it, then it closes), DOT.
    """

    script: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)  # every text that came with its final dot, whatever the answer
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def listen(self, listener: socket.socket) -> None:
        """Take connections one after another until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.connections += 1
                client.settimeout(10)
                with suppress(OSError), client, client.makefile("rb") as lines:
                    self._converse(client, lines)

    def _converse(self, client: socket.socket, lines: Any) -> None:
        if not self._answer(client, "CONNECT"):
            return
        for line in lines:
            command = line.decode().strip()
            self.commands.append(command)
            verb = command.partition(" ")[0].upper()
            stage = command if command in self.script else verb
            if not self._answer(client, stage) or verb == "QUIT":
                return
            if verb == "DATA" and self._reply("DATA").startswith("354") and not self._read_text(client, lines):
                return

    def _read_text(self, client: socket.socket, lines: Any) -> bool:
        text = bytearray()
        for line in lines:
            if "TEXT" in self.script:
                return self._answer(client, "TEXT")
            if line == b".\r\n":
                self.mails.append(bytes(text))
                return self._answer(client, "DOT")
            text += line[1:] if line.startswith(b".") else line
        return False

    def _reply(self, stage: str) -> str:
        return self.script.get(stage) or _ANSWERS.get(stage, "502 5.5.2 no such command")

    def _answer(self, client: socket.socket, stage: str) -> bool:
        """Whether the conversation goes on."""
        reply = self._reply(stage)
        if reply == SILENT:
            while client.recv(65536):
                pass
        if reply == DEAF:
            self.over.wait(timeout=10)
        if reply == RESET:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply in {CLOSE, RESET, SILENT, DEAF}:
            return False
        client.sendall(f"{reply}\r\n".encode())
        return stage != "TEXT" and not reply.startswith("421")


@contextmanager
def scripted(**script: str) -> Iterator[ScriptedServer]:
    """A scripted server that runs while the block does."""
    with running(ScriptedServer(script)) as server:
        yield server


@contextmanager
def running(server: ScriptedServer) -> Iterator[ScriptedServer]:
    """The server listens on its port while the block runs."""
    with socket.create_server(("127.0.0.1", server.port)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.listen, args=(listener,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


class Received(Struct):
    """One mail that a well-behaved server took."""

    envelope_from: str
    envelope_to: list[str]
    content: bytes


class Keeper(Struct):
    """The handler of an aiosmtpd server that keeps what it gets."""

    mails: list[Received] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep the mail and accept it."""
        self.mails.append(Received(envelope.mail_from, envelope.rcpt_tos, bytes(envelope.original_content)))
        self.options += envelope.mail_options
        return "250 2.0.0 kept"


@contextmanager
def well_behaved(*, implicit: ssl.SSLContext | None = None, **options: Any) -> Iterator[Keeper]:
    """An aiosmtpd server that runs while the block does; `options` are those of its SMTP class."""
    keeper = Keeper(port=free_port())
    controller = Controller(keeper, hostname="127.0.0.1", port=keeper.port, ssl_context=implicit, **options)
    controller.start()
    try:
        yield keeper
    finally:
        controller.stop()


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def make_certificate(directory: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that vouches for itself: its file, and a server's context with it."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run(["openssl", "req", "-x509", *kind, *subject, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return certificate, context
