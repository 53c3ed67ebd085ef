"""A ticket with its articles as `show --json` gives it: T with its path and links, and A for each article."""

from typing import Any

from mdtickets.app.reading import Article, Delivery, Thread
from mdtickets.domain.event import format_time
from mdtickets.domain.incoming import Attachment
from mdtickets.render.json import budgets_as_json, row_as_json, time_as_json


def thread_as_json(thread: Thread) -> dict[str, Any]:
    """One ticket. In T, `articles` is a number; here it is the list of them, with those of merged tickets."""
    known = thread.known
    return {
        "ticket": {
            **row_as_json(thread.row),
            "path": thread.path,
            "articles": [article_as_json(article) for article in thread.in_order],
            "links": [{"type": link.type, "number": link.number, "merged_into": link.main} for link in thread.links],
            "watchers": list(thread.watchers),
            "merged_into": thread.merged_into,
            "customer_name": known.customer.name if known else "",
            "company_name": known.company_name if known else "",
            "customer_tickets": known.sums.tickets if known else 0,
            "customer_minutes": known.sums.minutes if known else 0,
            "customer_notes": list(known.notes) if known else [],
            "customer_budgets": budgets_as_json(known.budgets) if known else [],
        },
    }


def article_as_json(article: Article) -> dict[str, Any]:
    """A: one article. What is not a mail has no sender's fields."""
    mail = article.mail
    return {
        "article": article.position,
        "path": article.path,
        "kind": article.kind.value,
        "sender_type": article.kind.sender_type.value,
        "visible": article.visible,
        "from": str(mail.author) if mail and mail.author else "",
        "to": [str(address) for address in mail.to] if mail else [],
        "cc": [str(address) for address in mail.cc] if mail else [],
        "subject": mail.subject if mail else "",
        "date": time_as_json(mail.date) if mail else None,
        "received_at": format_time(article.received_at),
        "message_id": mail.message_id if mail else "",
        "in_reply_to": list(mail.in_reply_to) if mail else [],
        "references": list(mail.references) if mail else [],
        "sha256": article.sha256,
        "automatic": article.automatic,
        "unverified": article.unverified,
        "defects": [*(mail.defects if mail else ()), *([article.missing] if article.missing else ())],
        "new_text": article.new_text,
        "body": article.body,
        "attachments": [attachment_as_json(attachment) for attachment in article.attachments],
        "delivery": delivery_as_json(article.delivery),
        "minutes": article.minutes,
        "number": article.number,
    }


def attachment_as_json(attachment: Attachment) -> dict[str, Any]:
    """One attachment; its name is the sender's word, never a path."""
    return {"name": attachment.name, "type": attachment.type, "bytes": attachment.size}


def delivery_as_json(delivery: Delivery | None) -> dict[str, Any] | None:
    """What became of a mail of ours."""
    if delivery is None:
        return None
    return {"state": delivery.state.value, "at": format_time(delivery.at), "detail": delivery.detail}
