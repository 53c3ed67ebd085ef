"""The layers hold: cli, render → app → store → mail → domain → errors, only downwards, and each keeps to its trade."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

PACKAGE = Path(__file__).parents[1] / "mdtickets"
LAYERS = ("errors", "domain", "mail", "store", "app", "render", "cli")  # lowest first

# What a pure layer needs of the standard library; whatever else it wants to import is a question of design.
PURE = frozenset({
    "__future__", "ast", "base64", "bisect", "calendar", "codecs", "collections", "contextlib",
    "datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "html", "itertools", "json",
    "math", "msgspec", "operator", "re", "statistics", "string", "textwrap", "typing", "unicodedata", "urllib", "zlib",
    "zoneinfo",
})  # fmt: skip
# What is loaded at the first use, by whom, and what a command saves that does without; `cli` may do so at will.
LAZY = {
    ("mdtickets.app.acknowledging", "mdtickets.app.templates"): "40 ms of Jinja when nobody is acknowledged",
    ("mdtickets.app.committing", "mdtickets.app.freshness"): "7 ms, git among them, when the catalog is true",
    ("mdtickets.app.committing", "mdtickets.app.making_commits"): "5 ms of git until the result stands there",
    ("mdtickets.app.couriers", "mdtickets.mail.smtp"): "20 ms of smtplib and ssl when mail leaves otherwise",
    ("mdtickets.app.holidays", "mdtickets.app.holidays_library"): "10 ms of subprocess when the days are known",
    ("mdtickets.app.session", "mdtickets.app.calendars"): "2 ms when no working time is reckoned with",
    ("mdtickets.app.session", "mdtickets.app.reckoning"): "5 ms when no ticket has a target",
    ("mdtickets.app.session", "mdtickets.app.config"): "20 ms of TOML and schema when the settings are known",
    ("mdtickets.app.session", "mdtickets.app.default_store"): "5 ms of TOML when the store is named",
    ("mdtickets.app.texts", "mdtickets.app.jinja_texts"): "40 ms of Jinja when a text has none",
    ("mdtickets.domain.delivery", "hashlib"): "5 ms of OpenSSL when no name is too long",
    ("mdtickets.domain.zones", "zoneinfo"): "5 ms when no time is shown or reckoned with",
    ("mdtickets.mail.identifiers", "email.utils"): "15 ms when a date is written as usual",
    ("mdtickets.render.progress", "rich.console"): "50 ms when nobody watches",
    ("mdtickets.render.progress", "rich.progress"): "50 ms when nobody watches",
    ("mdtickets.store.frontmatter", "mdtickets.store.front_post"): "30 ms of python-frontmatter when no file is edited",
    ("mdtickets.store.frontmatter", "mdtickets.store.yaml_read"): "25 ms of PyYAML when the places of keys are known",
    ("mdtickets.store.journal_files", "hashlib"): "5 ms of OpenSSL when the journal is only read",
    ("mdtickets.store.indexing", "mdtickets.mail.parse"): "30 ms when the catalog is true",
}  # fmt: skip
# Libraries that one layer alone may know.
AT_HOME = {
    "typer": "cli",
    "frontmatter": "store",
    "yaml": "store",
    "watchdog": "app",
    "jinja2": "app",
    "tomlkit": "app",
    "pypdf": "mail",
    "python_calamine": "mail",
    "whoosh": "store",
}


class Import(Struct, frozen=True, kw_only=True):
    """One imported name: by which module, which one, at which line, whether inside a function."""

    importer: str
    imported: str
    line: int
    lazy: bool
    for_types: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def test_imports_only_go_down() -> None:
    """A module imports its own layer or a lower one."""
    strays = [str(each) for each in IMPORTS if each.imported in MODULES and _rank(each.imported) > _rank(each.importer)]
    assert not strays


def test_render_knows_neither_files_nor_mail() -> None:
    """What is shown comes from `app` and `domain`."""
    strays = [
        str(each)
        for each in IMPORTS
        if _layer(each.importer) == "render" and _layer(each.imported) in {"mail", "store"}
    ]
    assert not strays


def test_no_module_imports_itself_by_a_detour() -> None:
    """There are no import cycles, counting those inside functions too."""
    graph = {
        module: {each.imported for each in IMPORTS if each.importer == module and not each.for_types}
        for module in MODULES
    }
    while loose := {module for module, needed in graph.items() if not needed & graph.keys()}:
        graph = {module: needed for module, needed in graph.items() if module not in loose}
    assert not {module: sorted(needed & graph.keys()) for module, needed in graph.items()}


def test_imports_stand_at_the_top() -> None:
    """Only the command line imports inside functions, for its start-up time, and the few that are listed."""
    lazy = [each for each in IMPORTS if each.lazy and _layer(each.importer) != "cli"]
    assert not [str(each) for each in lazy if (each.importer, each.imported) not in LAZY]
    assert LAZY.keys() == {(each.importer, each.imported) for each in lazy}


def test_the_domain_is_pure() -> None:
    """No files, no clock, no chance, no mail library, no third party in `domain`."""
    strays = [
        str(each)
        for each in IMPORTS
        if _layer(each.importer) == "domain" and each.imported not in MODULES and _root(each.imported) not in PURE
    ]
    assert not strays


def test_only_app_asks_for_the_time() -> None:
    """Everybody below is told what time it is."""
    asked = [
        f"{name}:{line}"
        for name, tree in TREES.items()
        for line in _clock_calls(tree)
        if _layer(name) not in {"app", "cli"}
    ]
    assert not asked


def test_libraries_stay_at_home() -> None:
    """Each library is known to one layer, so that it can be replaced there."""
    strays = [str(each) for each in IMPORTS if AT_HOME.get(_root(each.imported)) not in {None, _layer(each.importer)}]
    assert not strays


def test_every_library_is_a_dependency_that_is_named() -> None:
    """What is imported is the standard library, this package, or stands in pyproject.toml."""
    foreign = {_root(each.imported) for each in IMPORTS} - set(sys.stdlib_module_names) - {PACKAGE.name}
    named = {
        "typer",
        "whoosh",
        "pypdf",
        "python_calamine",
        "frontmatter",
        "yaml",
        "watchdog",
        "jinja2",
        "rich",
        "markdown_it",
        "inscriptis",
        "cchardet",
        "flufl",
        "tomlkit",
        "lxml",
        "msgspec",
    }
    assert not foreign - named


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _layer(module: str) -> str:
    inside = module.removeprefix(PACKAGE.name).lstrip(".").partition(".")[0] if _root(module) == PACKAGE.name else ""
    return {"__main__": "cli", "": "errors"}.get(inside, inside)


def _rank(module: str) -> int:
    return LAYERS.index(_layer(module))


def _root(module: str) -> str:
    return module.partition(".")[0]


def _imports(name: str, tree: ast.Module) -> Iterator[Import]:
    inside = {
        id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)
    }
    typing = {id(node) for block in ast.walk(tree) if _is_type_checking(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for imported in _imported(node):
            yield Import(
                importer=name,
                imported=imported,
                line=node.lineno,
                lazy=id(node) in inside,
                for_types=id(node) in typing,
            )


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    for alias in node.names:
        full = f"{base}.{alias.name}"
        yield full if full in MODULES else base


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _clock_calls(tree: ast.Module) -> Iterator[int]:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in clocks
        ):
            yield node.lineno


TREES = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = frozenset(TREES)
IMPORTS = tuple(each for name, tree in TREES.items() for each in _imports(name, tree))
