"""Tickets of the queue Reparatur, and those of Support that end on the bench."""

from mdtickets.domain.model import Priority, State
from tests.example_store.firm import REPARATUR, SUPPORT, Chapter, Firm, at
from tests.example_store.people import DIETER, HENNING, HENNING_ON_THE_ROAD, ILSE, ROBIN


def worn_belt(firm: Firm) -> Chapter:
    """Moved to the workshop, asked back, edited by hand, solved by a spare part."""
    yield at(16, "14:15")
    number = firm.receives(
        ROBIN,
        SUPPORT,
        "VR-200 whines and stops",
        "Good afternoon,\n\none of our two VR-200 whines when it threads the tape, then stops with ERR-4711. The tape itself is fine,\n"
        "the other machine plays it.\n\nRobin Lee\nLee & Sons",
    )
    yield at(16, "15:10")
    firm.changes("bert", number, owner="bert", queue="Reparatur")
    firm.notes("bert", number, "ERR-4711 and a whine: the belt of batch 7 again. Third one this month.", minutes=5)
    yield at(16, "15:30")
    question = firm.answers(
        "bert",
        number,
        "Dear Robin Lee,\n\n"
        "that sounds like the belt of the tape transport. Would you read me the serial number? It is on the back,\n"
        "below the mains socket.",
        minutes=7,
        state=State.OPEN,
    )
    yield at(16, "16:05")
    firm.edits(
        "bert",
        number,
        {"batch": "7", "seen_before": ["R-4211", "R-4340"]},
        "Batch 7 of the VR-200 was built with belts that harden. Swap them without asking for the receipt;\n"
        "the list of serial numbers hangs in the workshop.",
    )
    yield at(17, "08:50")
    firm.receives(ROBIN, REPARATUR, "", "It is VR200-07-0319.", answers=question)
    yield at(17, "09:20")
    firm.answers(
        "bert",
        number,
        "Dear Robin Lee,\n\n"
        "batch 7, so the belt is ours to replace: a kit RS-7 left for you this morning, with a drawing. Ten minutes\n"
        "and one screwdriver. If the whine comes back, write again and we collect the recorder.",
        minutes=8,
    )
    firm.changes("bert", number, problem="tape transport", tags=("batch-7",))


def returned_recorder(firm: Firm) -> Chapter:
    """An angry customer, an answer that bounces, a telephone call; closes by itself when nothing comes."""
    yield at(17, "11:30")
    number = firm.receives(
        DIETER,
        REPARATUR,
        "Gerät defekt - Rückgabe!",
        "Hallo,\n\nder VR-100, den ich vor drei Wochen gekauft habe, wirft jede Kassette sofort wieder aus. "
        "Ich will ihn zurückgeben.\nWohin damit?\n\nDieter Krause",
        html_only=True,
    )
    yield at(17, "13:40")
    firm.changes("bert", number, owner="bert", priority=Priority.HIGH, tags=("garantie",))
    yield at(17, "14:00")
    label = firm.answers(
        "bert",
        number,
        "Guten Tag Herr Krause,\n\n"
        "das tut uns leid. Schicken Sie das Gerät bitte unfrei an unsere Werkstatt, Kennwort R-4402. Wir prüfen es am\n"
        "Tag der Ankunft; ist es nicht in Ordnung zu bringen, bekommen Sie Ihr Geld zurück.",
        minutes=10,
        state=State.OPEN,
    )
    yield at(17, "14:02")
    firm.gets_back(label, DIETER, "5.2.2", "552 5.2.2 mailbox full")
    yield at(17, "15:15")
    firm.phones(
        "bert",
        number,
        "Angerufen, weil die Antwort zurückkam: sein Postfach ist voll. Kennwort R-4402 durchgegeben, er schickt das\n"
        "Gerät morgen ab. Wenn bis 1. Dezember nichts kommt, ist es erledigt.",
        minutes=12,
    )
    firm.changes(
        "bert", number, state=State.PENDING_AUTO_CLOSE_SUCCESSFUL, pending_until=at(31, "09:00"), problem="loading"
    )


def mono_sound(firm: Firm) -> Chapter:
    """An estimate that the customer declines: closed, but not solved."""
    yield at(18, "09:20")
    number = firm.receives(
        HENNING,
        SUPPORT,
        "VR-300 nimmt Ton nur links auf",
        "Sehr geehrte Damen und Herren,\n\nunser VR-300 (Baujahr 2021) nimmt den Ton nur noch auf dem linken Kanal auf. "
        "Die Wiedergabe alter Bänder\nist in Ordnung.\n\nMit freundlichen Grüßen\nHenning Voß\nStadtarchiv Lüneburg",
    )
    yield at(18, "11:00")
    question = firm.answers(
        "anna",
        number,
        "Guten Tag Herr Voß,\n\nbleibt der rechte Kanal auch stumm, wenn Sie am Eingang die Stecker tauschen? Dann liegt es am Gerät und\n"
        "nicht am Kabel.",
        minutes=6,
        state=State.OPEN,
    )
    yield at(19, "08:30")
    firm.receives(
        HENNING,
        SUPPORT,
        "",
        "Ja, auch dann. Es ist also das Gerät.\n\nMit freundlichen Grüßen\nHenning Voß",
        answers=question,
    )
    yield at(19, "10:00")
    firm.changes("anna", number, queue="Reparatur", owner="bert")
    estimate = firm.answers(
        "bert",
        number,
        "Guten Tag Herr Voß,\n\ndann ist die Eingangsstufe defekt. Die Garantie ist abgelaufen; der Tausch der Platine kostet 310 Euro.\n"
        "Sollen wir das Gerät abholen?",
        minutes=15,
        state=State.OPEN,
    )
    yield at(20, "09:00")
    firm.receives(
        HENNING,
        REPARATUR,
        "",
        "Vielen Dank, das lohnt sich für uns nicht mehr. Wir nehmen künftig mono auf.\n\nMit freundlichen Grüßen\nHenning Voß",
        answers=estimate,
    )
    yield at(20, "09:30")
    firm.changes("bert", number, state=State.CLOSED_UNSUCCESSFUL, problem="audio", minutes=2)


def mono_sound_again(firm: Firm) -> Chapter:
    """The same customer, the same matter, another mail: seen as a possible duplicate, merged by an agent."""
    yield at(18, "09:55")
    number = firm.receives(
        HENNING_ON_THE_ROAD,
        SUPPORT,
        "VR-300: Ton nur links",
        "Noch ein Nachtrag: das Gerät hat die Nummer VR300-00871.\n\nHenning Voß",
    )
    yield at(18, "10:10")
    firm.merges("anna", number, into=firm.number_of("mono_sound"))


def repair_status(firm: Firm) -> Chapter:
    """Taken by bert; the customer waits."""
    yield at(23, "16:05")
    number = firm.receives(
        ILSE,
        REPARATUR,
        "Wann ist mein VR-100 fertig?",
        "Guten Tag,\n\nmein Gerät liegt seit zwei Wochen bei Ihnen (Auftrag R-4377). Am Freitag wird meine Enkelin getauft und ich\n"
        "möchte filmen.\n\nHerzliche Grüße\nIlse Brandt",
    )
    yield at(23, "16:30")
    firm.changes("bert", number, owner="bert", state=State.OPEN)
