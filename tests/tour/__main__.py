"""`python -m tests.tour` plays the story and writes `mdtickets/docs/tour.md`."""

import sys

from tests.tour.play import PAGE, page, play


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(play()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
