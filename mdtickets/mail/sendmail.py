"""Handing mail to the sendmail program: postfix, exim, opensmtpd, msmtp and others have one."""

import subprocess
from collections.abc import Sequence

from mdtickets.mail.outcome import Failed, Outcome, Sent, Unknown, wire_address, words

# sysexits.h: what is wrong with this mail and will be wrong tomorrow: EX_DATAERR, EX_NOUSER, EX_NOHOST
_PERMANENT = frozenset({65, 67, 68})
# … and what concerns one mail, but may pass: EX_TEMPFAIL. Everything else is about the program or its settings.
_TEMPORARY = frozenset({75})
# The null path on the command line, as vacation(1) writes it; `-f ""` is not understood by all.
_NULL_PATH = "<>"


def send(message: bytes, envelope_from: str, envelope_to: Sequence[str], *, program: str, timeout: float) -> Outcome:
    """What became of one mail given to the program. `timeout` in seconds; an empty sender is the null path.

    Raises nothing: a program that is missing is a failure, one that was killed or hangs leaves the mail unknown.
    """
    sender = wire_address(envelope_from, utf8=True) if envelope_from else _NULL_PATH
    recipients = [wired for address in envelope_to if (wired := wire_address(address, utf8=True))]
    if sender is None or not recipients or len(recipients) < len(envelope_to):
        return Failed(detail="the envelope holds what is no address", permanent=True)
    command = [program, "-oi", "-f", sender, "--", *recipients]
    try:
        # the program expects the line ends of this system and makes those of the network itself
        text = message.replace(b"\r\n", b"\n")
        ended = subprocess.run(command, input=text, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return Unknown(detail=f"{program} did not end within {timeout:.0f} s")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Failed(detail=f"{program}: {words(reason)}", permanent=False, server=True)
    return _outcome(program, ended.returncode, words(ended.stderr or ended.stdout))


def _outcome(program: str, code: int, said: str) -> Outcome:
    if code == 0:
        return Sent(detail=f"accepted by {program}" + (f": {said}" if said else ""))
    if code < 0:
        return Unknown(detail=f"{program} was ended by signal {-code}")
    detail = f"{program} ended with {code}" + (f": {said}" if said else "")
    return Failed(detail=detail, permanent=code in _PERMANENT, server=code not in _PERMANENT | _TEMPORARY)
