"""Cards of customers and companies: `customers/<slug>.md` and the value it stands for."""

from mdtickets.domain.model import Customer
from mdtickets.store.frontmatter import Value, parse, write


def parse_card(data: bytes, slug: str) -> Customer:
    """The customer of a card. Raises FrontMatterError with the line of what is wrong.

    Keys of the team's own and the notes in the body stay in the file and are not repeated here.
    """
    card = parse(data)
    return Customer(
        slug=slug,
        name=card.text("name") or slug,
        addresses=tuple(address.lower() for address in card.texts("addresses")),
        domain=card.text("domain").lower(),
        company=card.text("company"),
        language=card.text("language").lower(),
    )


def format_card(customer: Customer) -> bytes:
    """A new card; what is empty is left out."""
    keys: dict[str, Value] = {
        "name": customer.name,
        "addresses": list(customer.addresses),
        "domain": customer.domain,
        "company": customer.company,
        "language": customer.language,
    }
    return write({key: value for key, value in keys.items() if value})
