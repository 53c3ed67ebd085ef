"""`customer`: cards of customers and companies, shown, listed, changed, joined."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app, open_for_reading

if TYPE_CHECKING:
    from mdtickets.app.customer_changes import CardsChanged

app = new_app()

_WHO = "The name of a card, an address on it, or @domain of a company."
_Who = Annotated[
    str,
    typer.Argument(metavar="SLUG|ADDRESS", help=_WHO, show_default=False, autocompletion=completes("customer")),
]
_Into = Annotated[
    str,
    typer.Argument(
        metavar="INTO",
        help="The card that takes over.",
        show_default=False,
        autocompletion=completes("customer"),
    ),
]
_Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[WORDS]", help="Words that must stand in name, address or company.", show_default=False),
]
_Assignments = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY=VALUE…",
        help="name, addresses (also += and -=), domain, company, language, rate, or a key of your own; KEY= takes it away.",
        show_default=False,
    ),
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")]


@app.callback(
    epilog=examples(
        "mdtickets customer show kim@lee.example",
        "mdtickets customer list lee",
        "mdtickets customer set kim-lee addresses+=kim@home.example rate=80",
        "mdtickets customer set --new lee-sons name='Lee & Sons' domain=lee.example",
        "mdtickets customer merge kim-lee-2 kim-lee --dry-run",
    ),
)
def customer() -> None:
    """Customers and companies: one card each, in `customers/`, also to be edited by hand."""


@app.command(
    epilog=examples(
        "mdtickets customer show kim-lee",
        "mdtickets customer show kim@lee.example --json",
        "mdtickets customer show @lee.example            the company",
    ),
)
def show(context: typer.Context, who: _Who, *, as_json: JsonFlag = False) -> None:
    """A customer at a glance: tickets (open ones first), minutes in all, last contact, notes."""
    from mdtickets.app.customers import find_card, read_customer
    from mdtickets.render.customers import customer_as_json, format_customer

    session = open_for_reading(context)
    view = read_customer(session, find_card(session, who))
    if as_json:
        frame.write_json(customer_as_json(view))
    else:
        frame.show(format_customer(view, frame.screen()))


@app.command(name="list", epilog=examples("mdtickets customer list", "mdtickets customer list lee --json"))
def list_(context: typer.Context, words: _Words = None, *, as_json: JsonFlag = False) -> None:
    """All cards, or those in which these words stand, with their tickets and minutes."""
    from mdtickets.app.customers import list_customers
    from mdtickets.render.customers import customers_as_json, format_customers

    found = list_customers(open_for_reading(context), words or [])
    if as_json:
        frame.write_json(customers_as_json(found))
    else:
        frame.show(format_customers(found, frame.screen()))


@app.command(
    name="set",
    epilog=examples(
        "mdtickets customer set kim-lee language=en rate=80",
        "mdtickets customer set kim-lee addresses+=kim@home.example",
        "mdtickets customer set kim-lee company=lee-sons",
        "mdtickets customer set --new lee-sons name='Lee & Sons' domain=lee.example",
    ),
)
def set_(
    context: typer.Context,
    who: _Who,
    assignments: _Assignments,
    *,
    new: Annotated[bool, typer.Option("--new", help="Make the card; SLUG will be its name for ever.")] = False,
    dry_run: _DryRun = False,
    as_json: JsonFlag = False,
) -> None:
    """Write keys on a card; everything else on it stays byte for byte."""
    from mdtickets.app.customer_changes import set_card
    from mdtickets.app.customers import find_card
    from mdtickets.cli.acting import open_as_agent
    from mdtickets.domain.cards import parse_assignments

    session, agent = open_as_agent(context)
    slug = who if new else find_card(session, who)
    _finish(set_card(session, agent, slug, parse_assignments(assignments), is_new=new, dry_run=dry_run), as_json)


@app.command(
    epilog=examples("mdtickets customer merge kim-lee-2 kim-lee", "mdtickets customer merge a@b.example kim-lee")
)
def merge(
    context: typer.Context, who: _Who, into: _Into, *, dry_run: _DryRun = False, as_json: JsonFlag = False
) -> None:
    """Two cards of one customer: addresses, notes and tickets of the first go to INTO, in one commit."""
    from mdtickets.app.customer_changes import merge_cards
    from mdtickets.app.customers import find_card
    from mdtickets.cli.acting import open_as_agent

    session, agent = open_as_agent(context)
    gone, taker = find_card(session, who), find_card(session, into)
    _finish(merge_cards(session, agent, gone, taker, dry_run=dry_run), as_json)


def _finish(done: "CardsChanged", as_json: bool) -> None:
    """Show what was done (it is durable by now), then make the commit."""
    from mdtickets.render.customers import cards_changed_as_json, format_cards_changed

    if as_json:
        frame.write_json(cards_changed_as_json(done))
    else:
        frame.show(format_cards_changed(done, frame.screen()))
    sys.stdout.flush()
    postponed = done.acted.finish()
    if postponed:
        print(f"mdtickets: done, the commit follows: {postponed}", file=sys.stderr)
