"""The words that generated mails are made of: two languages, made-up people, nothing from a real mailbox."""

from random import Random

GERMAN = "de"
ENGLISH = "en"


def _words(text: str) -> list[str]:
    return text.split()


_STOP = {
    GERMAN: _words(
        "der die das und nicht ist mit ein eine zu auf für wir Sie ich bei dem den von im es wenn aber noch "
        "bitte nach wie auch dass haben wird seit unser unsere Ihre kann oder nur schon mir uns"
    ),
    ENGLISH: _words(
        "the and of to is not a in that for we you with on it this our please have has when but from are your "
        "was still only after if can would be been since as at my"
    ),
}
_STEMS = {
    GERMAN: _words(
        "Kamera Ton Schnitt Licht Server Rechnung Liefer Auftrag Film Bild Daten Kabel Studio Bühnen Kunden "
        "Miet Projekt Kanal Sende Archiv Format Farb Speicher Technik Zeit Monitor Stativ Funk Misch Werbe"
    ),
    ENGLISH: _words(
        "camera sound edit light server invoice order film picture cable studio stage customer rental project "
        "channel broadcast archive format colour storage monitor tripod radio mixer trailer export backup"
    ),
}
_HEADS = {
    GERMAN: _words(
        "träger nummer termin prüfung freigabe leitung datei vertrag anlage stelle adresse fassung länge "
        "ordner meldung störung anfrage wechsel plan fehler karte halter gruppe ablauf übersicht zähler"
    ),
    ENGLISH: _words(
        "carrier number date check approval line file contract set position address version length folder "
        "notice failure request change plan error card holder group schedule overview counter"
    ),
}
_OTHERS = {
    GERMAN: _words(
        "kommt fehlt bleibt läuft zeigt braucht geliefert geprüft gestern heute morgen dringend neu alt "
        "falsch doppelt ohne wieder zweimal Montag Freitag angekommen verschoben bestätigt später früher"
    ),
    ENGLISH: _words(
        "comes fails stays runs shows needs delivered checked yesterday today tomorrow urgent new old wrong "
        "double without again twice Monday Friday arrived moved confirmed later earlier missing"
    ),
}
_GREETING = {GERMAN: "Guten Tag,", ENGLISH: "Hello,"}
_CLOSING = {GERMAN: "Mit freundlichen Grüßen", ENGLISH: "Kind regards"}
_WROTE = {GERMAN: "Am {date} schrieb Mustermann Video:", ENGLISH: "On {date}, Mustermann Video wrote:"}
_FIRST = _words("Anna Björn Clara Dilek Emil Frauke Greta Hasan Ines Jürgen Katja Lars Mona Niko Olga Pavel Rita Sören")
_LAST = _words("Albers Böhm Conrad Dreyer Ehlers Frings Groß Hinze Ibsen Jahn Köster Lorenz Moser Nagel Otte Peters")
_FIRMS = _words("nordlicht-film kino-seeblick tonhof-medien messebau-krane theater-am-wall radio-elbe stadtwerke-doell")

WORDS_A_LINE = 9


def compound(rng: Random, language: str) -> str:
    """A noun that no word list holds, such as `Kabelprüfung` or `cable check`."""
    between = "" if language == GERMAN else " "
    return rng.choice(_STEMS[language]) + between + rng.choice(_HEADS[language])


def paragraph(rng: Random, language: str, words: int) -> str:
    """Lines of text in which stop words, nouns and numbers come about as often as in a letter."""
    pool = _STOP[language] * 2 + _OTHERS[language]
    text = rng.choices(pool, k=words)
    for place in range(2, words, 4):
        text[place] = compound(rng, language)
    for place in range(6, words, 19):
        text[place] = f"{rng.choice('ABCDEFGHKLMN')}{rng.randrange(10**5):05d}"
    rows = (text[start : start + WORDS_A_LINE] for start in range(0, words, WORDS_A_LINE))
    return "\n".join(" ".join(row) for row in rows) + "."


def subject(rng: Random, language: str) -> str:
    """A subject that names a thing and an order number."""
    return f"{compound(rng, language)} {rng.choice(_OTHERS[language])}: {rng.randrange(10**6)}"


def greeting(language: str) -> str:
    """How a mail begins."""
    return _GREETING[language]


def closing(language: str, name: str) -> str:
    """How a mail ends, with a signature as mail programs set it."""
    return f"{_CLOSING[language]}\n{name}\n\n-- \n{name}\nTel. +49 30 5550{len(name):03d}\n"


def wrote(language: str, date: str) -> str:
    """The line above a quoted text."""
    return _WROTE[language].format(date=date)


def person(number: int) -> tuple[str, str, str]:
    """Name, mail address and language of the customer with that number."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    firm = _FIRMS[number % len(_FIRMS)]
    language = GERMAN if number % 5 < 3 else ENGLISH
    return f"{first} {last}", f"customer{number}@{firm}.example", language
