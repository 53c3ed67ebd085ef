"""Tickets of the queue Support."""

from mdtickets.domain.model import Link, Priority, State
from tests.example_store.files import csv, text
from tests.example_store.firm import SUPPORT, Chapter, Firm, at
from tests.example_store.people import EMILY, JORDAN, KIM, MAX, TAPES, ZOE


def composite_cable(firm: Firm) -> Chapter:
    """A question, an answer, thanks; and a week later the customer writes again: the ticket reopens."""
    yield at(16, "09:02")
    number = firm.receives(
        EMILY,
        SUPPORT,
        "Which cable for the composite input of the VR-300?",
        "Hello,\n\nour VR-300 arrived today (serial VR300-10442). The composite input is a small round socket,\n"
        "and none of our cables fits. Which one do I need, and do you sell it?\n\nEmily Carter\nNorth Film Archive, Leeds",
    )
    yield at(16, "09:41")
    cable = firm.answers(
        "anna",
        number,
        "Dear Emily Carter,\n\n"
        "it is a 2.5 mm jack with three rings; the cable is called VK-3 and lies in the bottom of the box, below the\n"
        "foam. The yellow plug carries the picture. If it is missing we send one free of charge.",
        minutes=8,
    )
    yield at(17, "10:05")
    firm.receives(EMILY, SUPPORT, "", "Found it under the foam. Thank you!", answers=cable)
    yield at(17, "10:20")
    firm.changes("bert", number, state=State.CLOSED_SUCCESSFUL, problem="cabling")
    yield at(24, "08:40")
    firm.receives(
        EMILY,
        SUPPORT,
        "",
        "Hello Anna,\n\nwith the VK-3 everything we digitise from our U-matic deck is black and white. Colour is fine\n"
        "from other sources. Is that the cable or the recorder?\n\nEmily",
        answers=cable,
    )


def tape_spam(firm: Firm) -> Chapter:
    """Advertising without any mark of a list: an agent removes it."""
    yield at(17, "16:20")
    number = firm.receives(
        TAPES,
        SUPPORT,
        "CHEAP TAPES!!! 70 % off, today only",
        "Dear Sir or Madam,\n\n10,000 blank tapes must go. Reply now for our price list.\n\nYour Best Tapes Team",
    )
    yield at(17, "16:41")
    firm.changes("anna", number, state=State.REMOVED, tags=("junk",))


def firmware(firm: Firm) -> Chapter:
    """Answered with a file, linked to the ticket with the same cause."""
    yield at(19, "15:00")
    number = firm.receives(
        KIM,
        SUPPORT,
        "Firmware 2.4 for the VR-200?",
        "Hi,\n\nyour price list mentions firmware 2.4. Ours says 2.3. Does the new one help with tapes that stop after\n"
        "a few seconds? Robin's case is still fresh in our minds.\n\nKim Lee\nLee & Sons",
    )
    yield at(19, "15:25")
    firm.answers(
        "anna",
        number,
        "Dear Kim Lee,\n\n"
        "yes: 2.4 makes the transport wait until the drum is at speed. Copy the attached list of changes, then hold\n"
        "Stop and Eject while you switch the recorder on; it fetches the update by itself.",
        minutes=12,
        files=(
            text(
                "changes-2.4.txt",
                "VR-200 firmware 2.4\n- transport: wait for the drum before threading\n- clock: keeps time over a power cut\n",
            ),
        ),
    )
    firm.changes("anna", number, tags=("firmware",), links=(Link(type="normal", number=firm.number_of("worn_belt")),))


def timecode_drift(firm: Firm) -> Chapter:
    """Hard: asked back, measured by the customer, reproduced; the customer waits. A stranger knows the number."""
    yield at(20, "11:15")
    number = firm.receives(
        EMILY,
        SUPPORT,
        "Time code drifts on long recordings",
        "Hello,\n\nafter 90 minutes the time code of the VR-300 is four frames late against our house clock. For an\n"
        "archive that is a real problem: 40 hours of interviews are waiting.\n\nEmily Carter\nNorth Film Archive, Leeds",
    )
    yield at(20, "12:30")
    firm.changes("bert", number, owner="bert", priority=Priority.HIGH)
    yield at(20, "13:00")
    question = firm.answers(
        "bert",
        number,
        "Dear Emily Carter,\n\n"
        "is the house clock connected to REF IN, or do you compare afterwards? And could you note the drift every\n"
        "half hour on one tape? Then I can see whether it grows evenly.",
        minutes=20,
        state=State.OPEN,
    )
    yield at(23, "09:30")
    firm.receives(
        EMILY,
        SUPPORT,
        "",
        "REF IN is not connected. The list is attached: it grows by the minute.\n\nEmily",
        answers=question,
        files=(csv("drift.csv", ("minute", "frames late"), ("30", "1"), ("60", "3"), ("90", "4"), ("120", "6")),),
    )
    yield at(23, "11:00")
    firm.notes(
        "bert",
        number,
        "Reproduced on the bench: six frames after two hours, none with REF IN.\n\n"
        "The quartz of the first hundred VR-300 is a 50 ppm type. Ask purchasing for the 5 ppm one before answering.",
        minutes=25,
    )
    firm.changes("bert", number, problem="time code")
    yield at(24, "08:52")
    firm.receives(
        JORDAN,
        SUPPORT,
        f"Re: [Ticket#{number}] Time code drifts on long recordings",
        "Hello,\n\nEmily told me about this at a meeting and gave me the number. We see the same with two of our VR-300.\n"
        "What is the state of things?\n\nJordan Blake",
    )


def remote_without_function(firm: Firm) -> Chapter:
    """Acknowledged and not answered yet; next morning the customer writes two new mails about the same."""
    yield at(23, "10:15")
    firm.receives(
        MAX,
        SUPPORT,
        "Fernbedienung ohne Funktion",
        "Guten Tag,\n\ndie Fernbedienung RC-20 zu meinem VR-100 reagiert nicht mehr. Neue Batterien habe ich eingelegt,\n"
        "die rote Lampe bleibt dunkel.\n\nMit freundlichen Grüßen\nMax Müller",
    )
    yield at(24, "08:47")
    firm.receives(
        MAX,
        SUPPORT,
        "Fernbedienung immer noch ohne Funktion",
        "Guten Tag,\n\nheute habe ich es noch einmal versucht: die Fernbedienung RC-20 reagiert nicht, auch nicht mit\n"
        "anderen Batterien. Bitte um Hilfe.\n\nMit freundlichen Grüßen\nMax Müller",
    )
    yield at(24, "08:49")
    firm.receives(
        MAX,
        SUPPORT,
        "Nachtrag: Fernbedienung ohne Funktion",
        "Guten Tag,\n\ndas Kaufdatum hatte ich vergessen: 3. März 2026, bei Ihnen im Laden.\n\n"
        "Mit freundlichen Grüßen\nMax Müller",
    )


def pal_or_secam(firm: Firm) -> Chapter:
    """New this morning, acknowledged, nobody on it."""
    yield at(24, "07:50")
    firm.receives(
        ZOE,
        SUPPORT,
        "PAL or SECAM on the VR-100?",
        "Hello,\n\nI inherited a box of tapes from my grandmother in Strasbourg, and they are all SECAM. Can the VR-100\n"
        "play them in colour, or do I need the VR-200?\n\nZoë Lindqvist",
    )
