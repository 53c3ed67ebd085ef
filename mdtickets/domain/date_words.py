"""The words of dates in English and German, in lower case."""

from collections.abc import Mapping

COUNTS: Mapping[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "ein": 1, "eine": 1, "einem": 1, "einen": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    "sieben": 7, "acht": 8,
}  # fmt: skip

UNITS: Mapping[str, str] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), "minute"),
    **dict.fromkeys(("h", "hour", "hours", "std", "stunde", "stunden"), "hour"),
    **dict.fromkeys(("d", "day", "days", "t", "tag", "tage", "tagen"), "day"),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), "week"),
    **dict.fromkeys(("mo", "month", "months", "monat", "monate", "monaten"), "month"),
    **dict.fromkeys(("y", "year", "years", "j", "jahr", "jahre", "jahren"), "year"),
}

WEEKDAYS: Mapping[str, int] = {
    word: place
    for place, words in enumerate(
        (
            ("monday", "mon", "montag", "mo"),
            ("tuesday", "tue", "tues", "dienstag", "di"),
            ("wednesday", "wed", "mittwoch", "mi"),
            ("thursday", "thu", "thur", "thurs", "donnerstag", "do"),
            ("friday", "fri", "freitag", "fr"),
            ("saturday", "sat", "samstag", "sonnabend", "sa"),
            ("sunday", "sun", "sonntag", "so"),
        )
    )
    for word in words
}

MONTHS: Mapping[str, int] = {
    word: place
    for place, words in enumerate(
        (
            ("january", "jan", "januar", "jänner"),
            ("february", "feb", "februar"),
            ("march", "mar", "märz", "maerz", "mär"),
            ("april", "apr"),
            ("may", "mai"),
            ("june", "jun", "juni"),
            ("july", "jul", "juli"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct", "oktober", "okt"),
            ("november", "nov"),
            ("december", "dec", "dezember", "dez"),
        ),
        1,
    )
    for word in words
}

# Parts of the day; the hour is when a working day has them.
HOURS: Mapping[str, int] = {
    **dict.fromkeys(("morning", "früh", "frueh", "vormittag", "vormittags"), 9),
    **dict.fromkeys(("noon", "mittag", "mittags"), 12),
    **dict.fromkeys(("afternoon", "nachmittag", "nachmittags"), 15),
    **dict.fromkeys(("evening", "abend", "abends"), 18),
}
