"""The cast: who writes to Mustermann Video GmbH, and with which mail program."""

from enum import StrEnum

from msgspec import Struct


class Program(StrEnum):
    """Mail programs whose mails look different enough to matter."""

    THUNDERBIRD = "thunderbird"
    OUTLOOK = "outlook"
    IPHONE = "iphone"
    WEBMAIL = "webmail"
    LIST = "list"


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who writes, with the habits of the program used."""

    name: str
    address: str
    program: Program
    language: str
    hours_east: int = 1  # of UTC, in winter

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.address.partition("@")[2]


AYSE = Person(
    name="Ayşe Yılmaz", address="ayse.yilmaz@filmschule-koeln.example", program=Program.THUNDERBIRD, language="de"
)
BJOERN = Person(
    name="Björn Öhlin", address="bjoern.oehlin@altgeraete.example", program=Program.THUNDERBIRD, language="de"
)
DIETER = Person(name="Dieter Krause", address="dieter.krause@heimkino.example", program=Program.OUTLOOK, language="de")
EMILY = Person(
    name="Emily Carter",
    address="emily.carter@northfilm.example",
    program=Program.WEBMAIL,
    language="en",
    hours_east=0,
)
HENNING = Person(
    name="Henning Voß", address="h.voss@stadtarchiv-lueneburg.example", program=Program.OUTLOOK, language="de"
)
HENNING_ON_THE_ROAD = Person(name="Henning Voß", address=HENNING.address, program=Program.IPHONE, language="de")
ILSE = Person(name="Ilse Brandt", address="ilse.brandt@post.example", program=Program.WEBMAIL, language="de")
JORDAN = Person(name="Jordan Blake", address="jordan@blake.example", program=Program.WEBMAIL, language="en")
JUERGEN = Person(name="Jürgen Groß", address="j.gross@schulze-ag.example", program=Program.THUNDERBIRD, language="de")
KIM = Person(name="Kim Lee", address="kim@lee.example", program=Program.OUTLOOK, language="en")
KIM_ON_THE_ROAD = Person(name="Kim Lee", address=KIM.address, program=Program.IPHONE, language="en")
MAX = Person(name="Max Müller", address="max.mueller@post.example", program=Program.THUNDERBIRD, language="de")
PETRA = Person(name="Petra Schulze", address="p.schulze@schulze-ag.example", program=Program.OUTLOOK, language="de")
PRIYA = Person(name="Priya Raman", address="priya@raman.example", program=Program.IPHONE, language="en")
ROBIN = Person(name="Robin Lee", address="robin@lee.example", program=Program.THUNDERBIRD, language="en")
RUNDBRIEF = Person(
    name="Filmtechnik-Rundbrief", address="rundbrief@filmtechnik.example", program=Program.LIST, language="de"
)
TAPES = Person(name="Best Tapes", address="offers@best-tapes.example", program=Program.WEBMAIL, language="en")
ZOE = Person(name="Zoë Lindqvist", address="zoe@lindqvist.example", program=Program.WEBMAIL, language="en")
