"""The story of the tour: who writes what when, what the agents type, and what is told beside it."""

from msgspec import Struct


class Mail(Struct, frozen=True, kw_only=True):
    """A mail of the customer that lies in the Maildir from then on. `answers` = it replies to our last answer."""

    at: str
    subject: str
    body: str
    answers: bool = False


class Step(Struct, frozen=True, kw_only=True):
    """What is told, what has arrived meanwhile, what one agent types at that time, and what he must see then."""

    text: str
    at: str
    by: str
    command: str
    sees: tuple[str, ...]
    mails: tuple[Mail, ...] = ()


TITLE = "A tour: one customer, two agents, two days"
INTRODUCTION = """\
Every screen on this page is what a terminal showed: `python -m tests.tour` plays the story in tmux, and a test plays it
again and reads what the terminals show. The firm is Mustermann Video, a small maker of video recorders; anna and bert answer its mail.
"""

STEPS = (
    Step(
        text="""\
Tuesday morning. Kim Lee's recorder eats tapes, and she writes. Twenty minutes later she remembers something and writes
again, in a new mail, as people do. The daemon has filed both and told her that they arrived (here: `mdtickets file`).
Anna sits down and types the bare name: what waits, for how long, who has it. The `≈` says that the second mail may be
about the same as the first.""",
        at="2026-11-24T09:45+01:00",
        by="anna",
        command="mdtickets file; mdtickets",
        sees=("2 filed, 2 acknowledged", "0 wait for you, 2 unlocked", "free  ≈ …0001", "next: mdtickets take 0001"),
        mails=(
            Mail(
                at="2026-11-24T09:12+01:00",
                subject="Recorder VR-200 eats tapes",
                body="Hello,\n\nsince yesterday the recorder VR-200 pulls the tape in and stops with ERR-4711.\n\nKim Lee",
            ),
            Mail(
                at="2026-11-24T09:31+01:00",
                subject="Recorder VR-200 is of batch 7",
                body="Hello,\n\nthe recorder VR-200 that pulls the tape in and stops with ERR-4711: it is of batch 7.\n\nKim Lee",
            ),
        ),
    ),
    Step(
        text="She takes the first one. From now on it is hers, and locked for an hour of work.",
        at="2026-11-24T09:46+01:00",
        by="anna",
        command="mdtickets take 00001",
        sees=("2026112410000019", "locked"),
    ),
    Step(
        text="""\
Bert saw the same mail and wants to help. He is told who is on it, since when, until when, and how to take over if it
must be. So nobody answers twice.""",
        at="2026-11-24T09:47+01:00",
        by="bert",
        command='mdtickets reply 00001 -m "I will look into it."',
        sees=("is locked by anna (Anna Beispiel) since 09:46", "mdtickets steal 2026112410000019"),
    ),
    Step(
        text="Two mails about one thing become one ticket. Nothing is moved: the articles stay where they were filed.",
        at="2026-11-24T09:50+01:00",
        by="anna",
        command="mdtickets merge 00002 00001",
        sees=("2026112410000028  merged", "2026112410000019"),
    ),
    Step(
        text="""\
Anna answers. Without `-m` her editor would open, the headers on top and Kim's text quoted, as in mutt. The mail goes to
everybody in the conversation, the answer closes the ticket, and the quarter of an hour is written down.""",
        at="2026-11-24T10:05+01:00",
        by="anna",
        command="mdtickets reply 00001 --minutes 15 -m 'Dear Kim, please take out the cassette and hold Eject for ten seconds.'",
        sees=("kim@lee.example", "closed successful", "15 min", "sent "),
    ),
    Step(
        text="""\
Wednesday. It did not help, and Kim is not amused. Her mail answers ours, so it finds its ticket, which opens again. Anna
has the day off. Bert types the bare name.""",
        at="2026-11-25T09:10+01:00",
        by="bert",
        command="mdtickets file; mdtickets",
        sees=("→ reopened", "1 unlocked", "anna, unlocked", "next: mdtickets take 0001"),
        mails=(
            Mail(
                at="2026-11-25T08:55+01:00",
                subject="Re: Recorder VR-200 eats tapes",
                body="That did not help, and I have lost another tape.\nIs anybody reading this?\n\nKim Lee",
                answers=True,
            ),
        ),
    ),
    Step(
        text="""\
Everything is in view: both of Kim's mails, what anna wrote, when it left, that the ticket was closed and is open again,
how many tickets Kim has and what they took.""",
        at="2026-11-25T09:11+01:00",
        by="bert",
        command="mdtickets show 00001",
        sees=(
            "open · normal · Support",
            "owner anna",
            "stops with ERR-4711",
            "batch 7.",
            "acknowledgement → ",
            "anna → Kim Lee",
            "sent 10:05",
            "closed",
            "hold Eject for ten seconds",
            "reopened · Wed 25 Nov, 08:55",
            "Is anybody reading this?",
        ),
    ),
    Step(
        text="He takes over. Anna's lock ended with her answer; had she held it still, `mdtickets steal` would ask for a reason.",
        at="2026-11-25T09:12+01:00",
        by="bert",
        command="mdtickets take 00001",
        sees=("anna → bert", "locked"),
    ),
    Step(
        text="A look at the workshop's list, and a note for whoever comes next. Customers never see notes.",
        at="2026-11-25T09:20+01:00",
        by="bert",
        command="mdtickets note . --minutes 5 -m 'Batch 7 has a soft belt. New one sent today, no charge.'",
        sees=("note", "5 min"),
    ),
    Step(
        text="The answer. `--open` keeps the ticket open: he wants to see it through.",
        at="2026-11-25T09:30+01:00",
        by="bert",
        command="mdtickets reply . --open --minutes 10 -m 'Dear Kim, I am sorry about the tape. Your recorder has a belt of a bad batch; a new one is on its way to you, with a cassette.'",
        sees=("kim@lee.example", "10 min", "sent "),
    ),
    Step(
        text="In the evening the parcel has left, and the ticket is closed.",
        at="2026-11-25T17:00+01:00",
        by="bert",
        command="mdtickets close . --minutes 5; mdtickets",
        sees=("closed successful (5 min", "0 wait for you, 0 unlocked", "Nothing waits."),
    ),
    Step(
        text="What remains is the patient's file. The history says who did what when.",
        at="2026-11-25T17:01+01:00",
        by="bert",
        command="mdtickets log .",
        sees=("anna", "bert", "answered", "locked", "open → closed"),
    ),
    Step(
        text="The customer at a glance, for the next time Kim writes.",
        at="2026-11-25T17:02+01:00",
        by="bert",
        command="mdtickets customer show kim@lee.example",
        sees=("kim-lee  Kim Lee", "0 open of 1 ticket · 35 min"),
    ),
    Step(
        text="And git has it all, one commit for each thing that happened.",
        at="2026-11-25T17:03+01:00",
        by="bert",
        command="git log --format='%an: %s' --reverse | cut -c1-80",
        sees=("Kim Lee: 2026112410000019: follow-up by Kim Lee, reopened", "closed successful by Bert Beispiel"),
    ),
)
