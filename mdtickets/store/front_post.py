"""A file with front matter as a post of python-frontmatter, whose lines are spliced instead of written anew.

python-frontmatter gives the frame (post, handler, dumps). Its own YAML handler sorts keys, drops comments and strips
bodies, so the handler here leaves the text to whoever knows where each key stands.
"""

import re
from collections.abc import Callable, Mapping
from typing import cast

from frontmatter import Post, dumps
from frontmatter.default_handlers import BaseHandler

from mdtickets.store.yaml_read import read_entries
from mdtickets.store.yaml_write import Value, mapping_lines

Splice = Callable[[Mapping[str, Value | None], str], str]  # from the keys and the body to the whole file


def dump_spliced(metadata: Mapping[str, Value | None], body: str, fence: re.Pattern[str], splice: Splice) -> str:
    """The text of a post with these keys and this body, which `splice` puts together; `fence` matches a fence."""
    post = Post(body, _SplicingHandler(fence, splice))
    # not through the constructor: a key may be called "content" or "handler"
    post.metadata = dict(metadata)
    return dumps(post)


class _SplicingHandler(BaseHandler):
    """How python-frontmatter reads and writes a file that is there already."""

    def __init__(self, fence: re.Pattern[str], splice: Splice) -> None:
        super().__init__(fm_boundary=fence)
        self._splice = splice

    def load(self, fm: str) -> dict[str, Value]:
        """The keys of the front matter."""
        return {key: entry.value for key, entry in read_entries(fm).items()}

    def export(self, metadata: dict[str, object], **_options: object) -> str:
        """The lines of a new front matter."""
        return "".join(f"{line}\n" for line in mapping_lines(cast("dict[str, Value]", metadata)))

    def format(self, post: Post, **_options: object) -> str:
        """The whole file."""
        return self._splice(cast("dict[str, Value | None]", post.metadata), post.content)
