"""The language of a text, guessed by its stop words."""

import pytest

from mdtickets.domain.language import guess_language

GERMAN = [
    "Fernbedienung ohne Funktion",
    "Rechnung fehlt",
    "Bitte um Rückruf",
    "Ist die Garantie abgelaufen?",
    "Seit gestern zieht der Recorder das Band ein und hält mit ERR-4711 an.",
    "Hallo, wann kommt meine Bestellung? Viele Grüße",
]
ENGLISH = [
    "Where is my order?",
    "Can you fix it?",
    "The recorder does not work any more.",
    "My invoice is missing, please help",
    "I can’t switch it on since yesterday",
]
NEITHER = [
    "",
    "OK",
    "Order 4711",
    "ERR-4711",
    "Bonjour, mon appareil ne fonctionne plus depuis hier, merci de votre aide.",
    "Hola, mi aparato no funciona desde ayer, gracias.",
    "Buongiorno, il mio registratore non funziona più da ieri.",
    "Goedendag, mijn recorder doet het niet meer sinds gisteren, kunt u mij helpen?",
    "Hej, min inspelare fungerar inte längre sedan igår. Kan ni hjälpa mig?",
    "Dzień dobry, mój rejestrator nie działa od wczoraj.",
    "Hello, the remote control is broken, und das ist alles, was ich sagen kann",
    "サーバがダウンしました",
]


@pytest.mark.parametrize(
    ("text", "language"),
    [*((text, "de") for text in GERMAN), *((text, "en") for text in ENGLISH), *((text, "") for text in NEITHER)],
)
def test_language_of_a_text(text: str, language: str) -> None:
    """One line is often enough; other languages, mixtures and bare numbers are neither."""
    assert guess_language(text) == language


def test_only_the_beginning_counts() -> None:
    """A long quotation below cannot outvote what the author wrote first."""
    assert (
        guess_language("Seit gestern zieht der Recorder das Band ein. " * 10 + "The recorder is yours. " * 100) == "de"
    )
