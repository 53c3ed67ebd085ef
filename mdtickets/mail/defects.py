"""What is wrong with a mail, collected while it is read."""

MAX_DEFECTS = 50  # a mail of ten thousand bad parts is described well enough by fifty


class Defects:
    """Sentences about one mail, each once, in the order they were found."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Note one sentence; beyond the limit it is dropped."""
        if len(self._sentences) < MAX_DEFECTS:
            self._sentences[sentence] = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that was noted."""
        return tuple(self._sentences)
