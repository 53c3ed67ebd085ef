"""Cards of customers and companies: `customers/<slug>.md` and the value it stands for."""

from collections.abc import Mapping

from msgspec import Struct

from mdtickets.domain.model import Customer
from mdtickets.errors import NotFoundError, UnreadableError
from mdtickets.store.frontmatter import Document, FrontMatterError, Value, new_document, parse, replace, write_document
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import Known, read_file

_KNOWN = frozenset({"name", "addresses", "domain", "company", "language", "merged_into"})


class Card(Struct, frozen=True, kw_only=True):
    """A card as it lies in the store: whose it is, its notes, and the keys that the team added."""

    customer: Customer
    data: bytes
    notes: str
    own: Mapping[str, Value]

    def changed(self, changes: Mapping[str, Value | None], notes: str | None = None) -> bytes:
        """Its bytes with some keys changed; the lines of all others are what they were."""
        return replace(parse(self.data), changes, notes)


class Terms(Struct, frozen=True, kw_only=True):
    """What a card says of money, as it is written there; "" = nothing."""

    rate: str = ""
    budget: str = ""


def load_card(layout: Layout, slug: str, known: Known | None = None) -> Card:
    """The card of that name. Raises NotFoundError, or UnreadableError with the line of what is wrong."""
    path = layout.card(slug)
    # a slug may be text of a user: never a path
    if not slug or "/" in slug or slug.startswith("."):
        raise NotFoundError(f'There is no card "{slug}".')
    try:
        data = read_file(path)
        document = parse(data, known.at(layout.relative(path)) if known else None)
        customer = customer_of(document, slug)
    except FileNotFoundError as error:
        raise NotFoundError(f'There is no card "{slug}".') from error
    except OSError as error:
        raise UnreadableError(f"{layout.relative(path)}: {error.strerror}.") from error
    except FrontMatterError as error:
        where = f"{layout.relative(path)}:{error.line}"
        raise UnreadableError(f"{where}: {error.problem}.", "Mend it in an editor first.") from error
    own = {key: value for key, value in document.meta.items() if key not in _KNOWN}
    return Card(customer=customer, data=data, notes=document.body, own=own)


def parse_card(data: bytes, slug: str) -> Customer:
    """The customer of a card. Raises FrontMatterError with the line of what is wrong.

    Keys of the team's own and the notes in the body stay in the file and are not repeated here.
    """
    return customer_of(parse(data), slug)


def terms_of(card: Document) -> Terms:
    """What a card says of money. A list or a mapping is nothing that anybody can read."""
    found = (card.meta.get(key) or "" for key in ("rate", "budget"))
    rate, budget = (value if isinstance(value, str) else "?" for value in found)
    return Terms(rate=rate, budget=budget)


def format_card(customer: Customer) -> bytes:
    """A new card; what is empty is left out."""
    return write_document(new_card(customer))


def new_card(customer: Customer) -> Document:
    """The same as a document."""
    keys: dict[str, Value] = {
        "name": customer.name,
        "addresses": list(customer.addresses),
        "domain": customer.domain,
        "company": customer.company,
        "language": customer.language,
    }
    return new_document({key: value for key, value in keys.items() if value})


def customer_of(card: Document, slug: str) -> Customer:
    """The customer that a card's keys tell of. Raises FrontMatterError with the line of what is wrong."""
    return Customer(
        slug=slug,
        name=card.text("name") or slug,
        addresses=tuple(address.lower() for address in card.texts("addresses")),
        domain=card.text("domain").lower(),
        company=card.text("company"),
        language=card.text("language").lower(),
        merged_into=card.text("merged_into"),
    )
