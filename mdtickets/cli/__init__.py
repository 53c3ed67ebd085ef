"""The command line: one module a command, loaded when its command is asked for.

How to add a command `NAME`:

1. Write `mdtickets/cli/NAME.py`:

       from mdtickets.cli.frame import JsonFlag, examples, new_app, open_for_reading

       app = new_app()

       @app.command(epilog=examples("mdtickets NAME 0042", "mdtickets NAME 0042 --json"))
       def NAME(context: typer.Context, as_json: JsonFlag = False) -> None:
           \"\"\"What the user gets, in one sentence.\"\"\"
           session = open_for_reading(context)       # or invocation(context).open() to change something
           ...one call of `app`, one call of `render`, `frame.write(text)` or `frame.write_json(found)`

   The body has at most ten lines and no rules. A function that returns a number gives the exit code; a refusal is a
   `MdticketsError` raised where it is noticed: `run.py` turns it into a sentence on stderr (and an object for --json).
   A command with commands of its own (`config get`) has several `@app.command` and an `@app.callback`.
2. Add one line to `COMMANDS` below: the root help and completion come from it without loading any module.

This module and `frame` are all that every command loads. `deliver` is special: `mdtickets.cli.deliver.main(arguments)`
gets everything after the program's name (`["-C", "/srv/support", "deliver", "--queue", "Sales"]`), returns the exit
code, and loads neither typer nor email nor git before the mail is durable. So nothing may be imported here.
"""

TYPE_CHECKING = False  # an import costs `deliver` more than all of its work
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Options before the command that take a value.
_WITH_VALUE = ("-C", "--as")

# name: (heading in the help, module, one line of help); the order is that of the help
COMMANDS: "Mapping[str, tuple[str, str, str]]" = {
    "demo": ("Start", "demo", "A store to play with: mail filed, acknowledged, ready to answer."),
    "init": ("Start", "init", "Make a new store."),
    "config": ("Start", "config", "Show, check and change the settings."),
    "file": ("Mail", "file", "File the mail that waits in the Maildirs, once."),
    "deliver": ("Mail", "deliver", "File one mail from standard input, for MTAs."),
    "daemon": ("Mail", "daemon", "Watch the Maildirs: file, acknowledge, send."),
    "send": ("Mail", "send", "Send what waits in the outbox."),
    "import": ("Mail", "importing", "Add old mail: Maildir, mbox, .eml, OTRS."),
    "list": ("Read", "list", "Tickets, who waits longest first."),
    "search": ("Read", "search", "Find tickets by words, people, dates, the best first."),
    "stats": ("Read", "stats", "Count anything, by queue, customer, agent, month, as of any day."),
    "similar": ("Read", "similar", "Tickets like this one, and what was answered."),
    "duplicates": ("Read", "duplicates", "Open tickets that may be about the same."),
    "views": ("Read", "views", "Queries with a name, and how many tickets each has."),
    "show": ("Read", "show", "One ticket as a thread."),
    "attachments": ("Read", "attachments", "The files that came with a ticket; save them."),
    "export": ("Read", "export", "Tickets as a Maildir, mbox, JSON lines or CSV."),
    "due": ("Read", "due", "Until when to answer, update and solve, in working time."),
    "log": ("Read", "log", "A ticket's history."),
    "why": ("Read", "why", "The reasons behind each automatic decision."),
    "take": ("Work", "take", "Lock tickets for you, so that nobody else answers them."),
    "unlock": ("Work", "unlock", "Give tickets free again."),
    "steal": ("Work", "steal", "Take tickets from the agent who holds them."),
    "who": ("Work", "who", "Who holds which ticket."),
    "note": ("Work", "note", "Note something on a ticket, for colleagues."),
    "edit": ("Work", "edit", "Edit a ticket's keys and text in the editor."),
    "undo": ("Work", "undo", "Take the last action on a ticket back."),
    "time": ("Work", "time", "The time spent on a ticket; enter and correct it."),
    "timer": ("Work", "timer", "A clock that runs while you work on a ticket."),
    "set": ("Work", "set", "Set any field of tickets: set 0042 priority=high."),
    "assign": ("Work", "assign", "Give tickets to an agent."),
    "responsible": ("Work", "responsible", "Who answers for tickets."),
    "move": ("Work", "move", "Move tickets to another queue."),
    "priority": ("Work", "priority", "How urgent tickets are."),
    "tag": ("Work", "tag", "Words to find tickets by."),
    "problem": ("Work", "problem", "What tickets are cases of."),
    "watch": ("Work", "watch", "Hear of what happens to tickets."),
    "pending": ("Work", "pending", "Let tickets wait: 3d, next friday 9:00, in 2 Wochen."),
    "reopen": ("Work", "reopen", "Open tickets again."),
    "reply": ("Work", "reply", "Answer a ticket, in your editor or with -m."),
    "forward": ("Work", "forward", "Send a mail of a ticket to somebody else, with some words."),
    "bounce": ("Work", "bounce", "Send a mail on as it came."),
    "resend": ("Work", "resend", "Send a mail of ours once more."),
    "compose": ("Work", "compose", "Write a first mail; it opens a ticket."),
    "call": ("Work", "call", "Note a telephone call, on a ticket or a new one."),
    "drafts": ("Work", "drafts", "What you began to write and did not send."),
    "close": ("Work", "close", "Close tickets, solved or not."),
    "merge": ("Work", "merge", "Two tickets about one thing become one."),
    "unmerge": ("Work", "unmerge", "Take a merge back."),
    "split": ("Work", "split", "Make a mail a ticket of its own."),
    "link": ("Work", "link", "Link tickets to another one."),
    "unlink": ("Work", "unlink", "Take such links back."),
    "junk": ("Work", "junk", "Take spam out of every list."),
    "remove": ("Work", "remove", "Take tickets out of every list; their mail stays stored."),
    "customer": ("Work", "customer", "Customers and companies: cards, tickets, minutes."),
    "invoice": ("Work", "invoice", "What was done for a customer, and what it costs."),
    "status": ("Health", "status", "What waits, what failed, what is not committed."),
    "fsck": ("Health", "fsck", "Check the store's files; mend what can be mended."),
    "reindex": ("Health", "reindex", "Make the catalog anew from the files."),
    "completion": ("Help", "completion", "The script that makes your shell complete commands."),
    "help": ("Help", "help", "Read a chapter of the documentation."),
}


def command_of(arguments: "Sequence[str]") -> str:
    """The command among the program's arguments, "" when there is none."""
    rest = iter(arguments)
    for argument in rest:
        if argument in _WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return ""
