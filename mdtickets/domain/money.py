"""Money: decimal amounts, each with its currency. Nothing here is a float, and no two currencies are ever added."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

# ISO 4217, the codes in use; funds, metals and test codes are no money that anybody invoices.
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
    WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)
# Decimal places where they are not two (ISO 4217, minor units).
_WITHOUT_CENTS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_WITH_MILS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_WHOLE, _CENT, _MIL = Decimal(1), Decimal("0.01"), Decimal("0.001")

MOST = Decimal(1_000_000)  # an hour
_AMOUNT = r"[0-9]{1,9}(?:\.[0-9]{1,4})?"


class Money(Struct, frozen=True, kw_only=True, order=True):
    """An amount in one currency."""

    currency: str  # of CURRENCIES
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"


def rounded(amount: Decimal, currency: str) -> Money:
    """The amount in whole cents of the currency; half a cent goes away from zero, as invoices have it."""
    return Money(currency=currency, amount=amount.quantize(_cent(currency), ROUND_HALF_UP))


def add_up(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency, by its code; none for nothing."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for money in amounts:
        sums[money.currency] += money.amount
    return tuple(Money(currency=currency, amount=sums[currency]) for currency in sorted(sums))


def parse_amount(text: str) -> Decimal:
    """A price such as 80, 80.5 or 80,50: at most a million, at most four decimal places. Raises ValueError."""
    word = text.strip().replace(",", ".")
    if not re.fullmatch(_AMOUNT, word) or Decimal(word) > MOST:
        raise ValueError(f"{text!r} is no amount")
    return Decimal(word)


def parse_currency(text: str) -> str:
    """The code of a currency (ISO 4217), in capitals; € is EUR. Raises ValueError."""
    code = text.strip().upper().replace("€", "EUR")
    if code not in CURRENCIES:
        raise ValueError(f"{text!r} is no currency")
    return code


def parse_price(text: str, currency: str) -> Money:
    """A price as a card has it: 80, 80.50 EUR, EUR 80,50; without a currency in this one. Raises ValueError."""
    words = text.split()
    if not 0 < len(words) <= 2:
        raise ValueError(f"{text!r} is no price")
    *named, amount = sorted(words, key=lambda word: word[0].isdecimal())
    return Money(currency=parse_currency(named[0]) if named else currency, amount=parse_amount(amount))


def _cent(currency: str) -> Decimal:
    if currency in _WITHOUT_CENTS:
        return _WHOLE
    return _MIL if currency in _WITH_MILS else _CENT
