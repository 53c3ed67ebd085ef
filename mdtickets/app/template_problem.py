"""What is wrong with a template."""


class TemplateProblemError(Exception):
    """A template that cannot be used: the line of its file, and why."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem
