"""Whoosh: the one place that imports it, and all that the index uses of it.

Its sources are of 2016: compiling them warns of escapes that later Pythons do not like, and one of its modules wants
`urllib.request` (half of the time that its import takes) for a function that nobody here calls.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import mmap as mapping
from types import ModuleType


@contextmanager
def _lightly() -> Iterator[None]:
    """Import quietly, and `urllib.request` only where somebody has it already."""
    name = "urllib.request"
    stub = None if name in sys.modules else ModuleType(name)
    if stub:
        stub.__dict__["urlretrieve"] = None
        sys.modules[name] = stub
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if stub and sys.modules.get(name) is stub:
            del sys.modules[name]


with _lightly():
    from whoosh import __version__ as version
    from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher, W3Segment
    from whoosh.columns import NumericColumn
    from whoosh.fields import COLUMN, STORED, FieldType, Schema
    from whoosh.filedb.compound import CompoundStorage
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.structfile import BufferFile
    from whoosh.formats import Format
    from whoosh.index import TOC, EmptyIndexError, FileIndex
    from whoosh.lang.snowball.english import EnglishStemmer
    from whoosh.lang.snowball.german import GermanStemmer
    from whoosh.lang.stopwords import stoplists
    from whoosh.reading import SegmentReader, TermNotFound
    from whoosh.scoring import bm25
    from whoosh.writing import SegmentWriter

__all__ = [
    "COLUMN",
    "STORED",
    "TOC",
    "BufferFile",
    "CompoundStorage",
    "EmptyIndexError",
    "EnglishStemmer",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "Format",
    "GermanStemmer",
    "NumericColumn",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "TermNotFound",
    "W3Codec",
    "W3FieldWriter",
    "W3LeafMatcher",
    "W3Segment",
    "bm25",
    "mapping",
    "stoplists",
    "version",
]
