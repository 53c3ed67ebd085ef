"""Who writes a segment: Whoosh's own writer, which gets an article's terms as they are."""

from itertools import chain
from typing import Any

from mdtickets.domain.article_terms import ArticleTerms
from mdtickets.store import index_engine as whoosh
from mdtickets.store.index_postings import Pool, Reader
from mdtickets.store.index_schema import document, schema, terms_of
from mdtickets.store.index_segments import NAME
from mdtickets.store.index_storage import Codec, Storage


class Writer(whoosh.SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Writes one segment. The caller holds our own lock: Whoosh's would stay with the user who made its file."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(whoosh.FileIndex(storage, schema=schema(), indexname=NAME), codec=Codec(), _lk=False)
        self.pool = Pool()

    def add_article(self, article: ArticleTerms, ticket: int) -> None:
        """One more article; `ticket` is the number of its ticket in the column."""
        for field, terms in terms_of(article):
            self.pool.put(field, self.docnum, terms)
        self.add_document(**document(article, ticket))

    def add_postings_to_pool(self, reader: Reader, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Those of a segment that is merged into this one. `docmap` has the articles that were not deleted."""
        for field, term in reader.all_terms():
            found: list[Any] = []
            for block in reader.blocks(field, term):
                postings = zip(block.ids, block.values or block.weights, strict=True)
                if docmap is None:
                    found += chain.from_iterable((startdoc + document, what) for document, what in postings)
                else:
                    kept = ((docmap[document], what) for document, what in postings if document in docmap)
                    found += chain.from_iterable(kept)
            if found:
                self.pool.extend(field, term.decode(), found)
