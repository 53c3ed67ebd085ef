"""Tickets of the queue Sales."""

from mdtickets.domain.model import Link, State
from tests.example_store.files import csv, pdf
from tests.example_store.firm import SALES, SUPPORT, Chapter, Firm, at
from tests.example_store.people import AYSE, JUERGEN, PETRA, PRIYA


def missing_invoice(firm: Firm) -> Chapter:
    """Answered with a PDF and closed."""
    yield at(16, "10:40")
    number = firm.receives(
        PETRA,
        SALES,
        "Rechnung 2026-1187 fehlt",
        "Sehr geehrte Damen und Herren,\n\nzu unserer Bestellung vom 2. November (zwei VR-200) ist die Rechnung 2026-1187 "
        "nicht angekommen.\nBitte senden Sie sie noch einmal als PDF.\n\nMit freundlichen Grüßen\nPetra Schulze\nSchulze AG",
    )
    yield at(16, "11:30")
    firm.answers(
        "chris",
        number,
        "Guten Tag Frau Schulze,\n\nanbei die Rechnung 2026-1187. Das Zahlungsziel haben wir bis zum 7. Dezember verlängert.",
        minutes=6,
        files=(
            pdf(
                "Rechnung-2026-1187.pdf",
                "Mustermann Video GmbH",
                "Rechnung 2026-1187 vom 3. November 2026",
                "2 x Videorecorder VR-200 zu 1.190,00 EUR: 2.380,00 EUR",
                "zuzüglich 19 % Umsatzsteuer: 2.832,20 EUR",
            ),
        ),
    )


def school_offer(firm: Firm) -> Chapter:
    """An offer, to be asked about on 27 November; meanwhile the customer is out of office."""
    yield at(17, "08:05")
    number = firm.receives(
        AYSE,
        SALES,
        "Angebot für zwölf VR-100",
        "Guten Tag,\n\nwir richten drei Schnitträume ein und brauchen zwölf VR-100 mit Fernbedienung, Lieferung Anfang Januar.\n"
        "Die Aufteilung auf die Räume hängt an. Gibt es für Schulen einen Rabatt?\n\nViele Grüße\nAyşe Yılmaz\nFilmschule Köln",
        files=(csv("Räume.csv", ("Raum", "Geräte"), ("Schnitt 1", "4"), ("Schnitt 2", "4"), ("Werkstatt", "4")),),
    )
    yield at(17, "09:10")
    firm.changes("chris", number, owner="chris")
    firm.notes("chris", number, "Acht Prozent Schulrabatt, mit Anna abgesprochen.", minutes=5)
    yield at(18, "10:00")
    offer = firm.answers(
        "chris",
        number,
        "Guten Tag Frau Yılmaz,\n\ngern: zwölf VR-100 mit RC-20 zu je 524,40 Euro, darin acht Prozent Schulrabatt. Lieferung in der\n"
        "zweiten Januarwoche. Das Angebot hängt an und gilt bis zum 18. Dezember.",
        minutes=25,
        state=State.PENDING_REMINDER,
        pending_until=at(27, "09:00"),
        files=(pdf("Angebot-2026-212.pdf", "Angebot 2026-212", "12 x VR-100 mit RC-20 zu 524,40 EUR: 6.292,80 EUR"),),
    )
    yield at(18, "10:01")
    firm.gets_out_of_office(
        AYSE,
        SALES,
        offer,
        "Abwesenheit: Angebot für zwölf VR-100",
        "Ich bin bis zum 23. November auf Exkursion und lese keine Mails.\nIn dringenden Fällen: 0221 555 0100.\n\nAyşe Yılmaz",
    )
    yield at(24, "09:10")
    firm.receives(
        AYSE,
        SUPPORT,
        "Aufzug für die Anlieferung",
        "Guten Tag,\n\nich weiß nicht, wer bei Ihnen die Lieferungen plant, deshalb an beide Adressen: Unser Lastenaufzug ist\n"
        "1,10 m breit und 2,00 m tief. Passt eine Palette mit zwölf Geräten hinein?\n\nViele Grüße\nAyşe Yılmaz\nFilmschule Köln",
        also_to=SALES,
    )


def lost_remote(firm: Firm) -> Chapter:
    """Written on a telephone, answered in half an hour."""
    yield at(19, "12:10")
    number = firm.receives(
        PRIYA,
        SALES,
        "Remote control lost",
        "Hi, the dog got our RC-20. Can I just buy a new one? We are in Dublin.",
    )
    yield at(19, "12:40")
    firm.answers(
        "chris",
        number,
        "Dear Priya Raman,\n\nof course: an RC-20 is 29 euros, 36 with postage to Ireland. Reply with your address and it leaves "
        "today.\nGreetings to the dog.",
        minutes=4,
    )


def spare_belts(firm: Firm) -> Chapter:
    """Prices sent; closes by itself unless the customer orders. The answer could not be delivered."""
    yield at(20, "08:40")
    number = firm.receives(
        JUERGEN,
        SALES,
        "Ersatzriemen RS-7, fünf Stück",
        "Guten Tag,\n\nwas kosten fünf Riemensätze RS-7 für den VR-200, und kann unsere Werkstatt sie selbst einbauen?\n\n"
        "Mit freundlichem Gruß\nJürgen Groß\nSchulze AG, Technik",
    )
    yield at(20, "09:05")
    prices = firm.answers(
        "chris",
        number,
        "Guten Tag Herr Groß,\n\nfünf RS-7 kosten zusammen 74,50 Euro. Der Einbau dauert zehn Minuten, die Anleitung liegt bei. Ohne\n"
        "Bestellung bis zum 4. Dezember schließen wir die Anfrage.",
        minutes=10,
        state=State.PENDING_AUTO_CLOSE_UNSUCCESSFUL,
        pending_until=at(34, "09:00"),
    )
    yield at(24, "08:58")
    firm.gets_back(prices, JUERGEN, "4.4.7", "450 4.4.7 mailbox of j.gross is over quota, given up after 4 days")


def reminder_despite_payment(firm: Firm) -> Chapter:
    """Promised for today; linked to the invoice it is about."""
    yield at(23, "14:20")
    number = firm.receives(
        PETRA,
        SALES,
        "Mahnung trotz Zahlung",
        "Sehr geehrte Damen und Herren,\n\nheute kam eine Mahnung zur Rechnung 2026-1187. Wir haben am 20. November gezahlt.\n"
        "Bitte prüfen Sie das.\n\nMit freundlichen Grüßen\nPetra Schulze\nSchulze AG",
    )
    yield at(23, "14:50")
    firm.notes("chris", number, "Zahlung ist da, aber auf 2026-1178 gebucht. Buchhaltung stellt morgen um.", minutes=15)
    yield at(23, "15:10")
    promise = firm.answers(
        "chris",
        number,
        "Guten Tag Frau Schulze,\n\nIhre Zahlung ist eingegangen, die Mahnung war unser Fehler. Die Buchung ändern wir bis morgen Mittag und\n"
        "melden uns dann.",
        minutes=5,
        state=State.PENDING_REMINDER,
        pending_until=at(24, "14:00"),
    )
    invoice = Link(type="normal", number=firm.number_of("missing_invoice"))
    firm.changes("chris", number, owner="chris", problem="invoicing", links=(invoice,))
    yield at(24, "08:55")
    firm.gets_out_of_office(
        PETRA,
        SALES,
        promise,
        "Automatische Antwort: Mahnung trotz Zahlung",
        "Vielen Dank für Ihre Nachricht. Ich bin heute außer Haus und ab morgen wieder erreichbar.\n\nPetra Schulze",
    )
