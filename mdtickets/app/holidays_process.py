"""A process that asks the library `holidays`: it loads for a quarter of a second, and no command shall wait for that.

Reads one request from its standard input and answers with the days, or with what is wrong with the request. Its exit
code says whether the library is there (extra `holidays`).
"""

import importlib
import sys
from typing import Any

import msgspec

from mdtickets.app.holidays_words import Answer, Request

YEARS = range(1990, 2101)
NO_LIBRARY = 3


def answer(library: Any, request: Request) -> Answer:
    """What the library knows of it."""
    countries = library.list_supported_countries(include_aliases=True)
    if request.country not in countries:
        return Answer(is_known=False, countries=tuple(sorted(countries)))
    regions = countries[request.country]
    if request.region and request.region not in regions:
        return Answer(is_known=False, regions=tuple(regions))
    found = library.country_holidays(
        request.country,
        subdiv=request.region or None,
        years=YEARS,
        language={"en": "en_US"}.get(request.language, request.language),
    )
    return Answer(days={day.isoformat(): name for day, name in sorted(found.items())})


def main() -> int:
    """Answer one request; the exit code."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    try:
        library = importlib.import_module("holidays")
    except ImportError:
        return NO_LIBRARY
    sys.stdout.buffer.write(msgspec.json.encode(answer(library, request)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
