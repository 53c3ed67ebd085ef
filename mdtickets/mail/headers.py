"""What the fields of a mail's header mean, and what is wrong with them."""

from collections.abc import Sequence
from datetime import datetime

from mdtickets.domain.model import Address
from mdtickets.mail.addresses import MAX_ADDRESSES, parse_addresses
from mdtickets.mail.defects import Defects
from mdtickets.mail.fields import Fields
from mdtickets.mail.identifiers import MAX_IDS, message_ids, parse_date
from mdtickets.mail.words import MAX_VALUE, decode_header, decode_headers

# A second one of these is against RFC 5322 section 3.6, and the first one counts.
_ONCE = frozenset(
    {"from", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "content-type"},
)


class Headers:
    """Reads the fields of one mail one by one; what is wrong with them becomes defects."""

    def __init__(self, fields: Fields, defects: Defects) -> None:
        self._fields = fields
        self._defects = defects
        if fields.items:
            self._check()

    def all(self) -> tuple[tuple[str, str], ...]:
        """Every field in order, decoded, one line each."""
        items = self._fields.items
        return tuple(
            zip([name for name, _value in items], decode_headers([value for _name, value in items]), strict=True)
        )

    def author(self) -> Address | None:
        """The first mailbox of From."""
        found, _ = parse_addresses(self._first("from"))
        if self._first("from") and not found:
            self._defects.add(f"From names no address: {self._shown('from')}.")
        elif found and "@" not in found[0].address:
            self._defects.add(f"From names an address without a domain: {found[0].address!r}.")
        return found[0] if found else None

    def mailbox(self, name: str) -> Address | None:
        """The first mailbox of a field that should have one, such as Sender."""
        found, _ = parse_addresses(self._first(name))
        return found[0] if found else None

    def mailboxes(self, name: str) -> tuple[Address, ...]:
        """Those of every field of that name, as far as they are kept."""
        found, cut = parse_addresses(self._fields.all(name))
        if cut:
            self._defects.add(
                f"{_title(name)} has too many addresses; the first {_at_most(found, MAX_ADDRESSES)} are kept."
            )
        return found

    def return_path(self) -> str | None:
        """The address that bounces go to; "" for the null path `<>` (RFC 5321 section 4.4), None without the field."""
        found, _ = parse_addresses(self._first("return-path"))
        if not self._first("return-path"):
            return None
        return found[0].address if found else ""

    def message_id(self) -> str:
        """The mail's own id; "" when it has none."""
        ids, _ = message_ids(self._first("message-id"))
        if self._first("message-id") and not ids:
            self._defects.add(f"Message-ID holds no id: {self._shown('message-id')}.")
        return ids[0] if ids else ""

    def ids(self, name: str) -> tuple[str, ...]:
        """The ids of In-Reply-To or References, the last ones when there are too many."""
        ids, cut = message_ids(self._first(name))
        if cut:
            self._defects.add(f"{_title(name)} is very long; the last {_at_most(ids, MAX_IDS)} of its ids are kept.")
        return ids

    def date(self) -> datetime | None:
        """When the sender says that the mail was written; None when it does not say, or cannot be."""
        moment = parse_date(self._fields.first("date"))
        if moment is None and self._first("date"):
            self._defects.add(f"Date is no date: {self._shown('date')}.")
        return moment

    def _check(self) -> None:
        by_name = self._fields.by_name
        for name in ("from", "message-id", "date"):
            if name not in by_name:
                self._defects.add(f"There is no {_title(name)} field.")
        if len(by_name) == len(self._fields.items) and self._fields.size <= MAX_VALUE:
            return  # nothing stands there twice, nothing is long
        for name, values in by_name.items():
            if len(values) > 1 and name in _ONCE:
                self._defects.add(f"There are {len(values)} {_title(name)} fields; the first counts.")
            if max(map(len, values)) > MAX_VALUE:
                self._defects.add(
                    f"The field {_title(name)} is longer than {MAX_VALUE >> 10} KB; the rest is left out here.",
                )

    def _first(self, name: str) -> list[bytes]:
        return self._fields.all(name)[:1]

    def _shown(self, name: str) -> str:
        return repr(decode_header(self._fields.first(name))[:80])


def _title(name: str) -> str:
    return name.title().replace("Id", "ID")


def _at_most(kept: Sequence[object], limit: int) -> int:
    return min(len(kept), limit)
