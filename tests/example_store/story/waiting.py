"""Mails of this morning that begin something new: they wait in the Maildirs until somebody files them."""

from tests.example_store.files import photo
from tests.example_store.firm import REPARATUR, SALES, SUPPORT, Chapter, Firm, at
from tests.example_store.people import BJOERN, KIM_ON_THE_ROAD, RUNDBRIEF


def recorder_eats_tapes(firm: Firm) -> Chapter:
    """A new request with a picture."""
    yield at(24, "08:31")
    firm.receives(
        KIM_ON_THE_ROAD,
        SUPPORT,
        "Recorder VR-200 eats tapes",
        "Since yesterday the recorder pulls the tape in and stops with ERR-4711. See photo. This is the second VR-200, not the one that "
        "Robin repaired.\n\nKim",
        files=(photo("IMG_2031.png"),),
    )


def trade_letter(firm: Firm) -> Chapter:
    """A newsletter: filed, never answered."""
    yield at(24, "09:03")
    firm.receives(
        RUNDBRIEF,
        SALES,
        "Filmtechnik-Rundbrief 11/2026: Messe Köln, neue Bandsorten",
        "Liebe Leserinnen und Leser,\n\ndie Messe in Köln öffnet am 14. Dezember. Drei Hersteller zeigen neue Bandsorten.\n\n"
        "Abmelden: https://filmtechnik.example/abmelden",
    )


def old_program(firm: Firm) -> Chapter:
    """A mail that breaks the rules of RFC 5322 in five ways, and is a request all the same."""
    yield at(24, "09:15")
    firm.gets_broken(
        BJOERN,
        REPARATUR,
        "Kopftrommel für VR-50 gesucht",
        "Grüß Gott,\n\nfür einen VR-50 aus der ersten Serie suche ich eine Kopftrommel. Haben Sie noch welche?\n\nBjörn Öhlin\nAltgeräte Öhlin",
    )
