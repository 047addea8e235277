"""Currencies: ISO 4217 codes, their minor units, and exact conversion of amounts."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

_EXACT = Context(prec=60)
"""Holds every product of an amount and a rate whole."""

FX_DECIMALS = 8
FX_LARGEST = 10**10
"""Decimals that a rate is kept with, and its bound."""

_TWO_DIGITS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW
""".split()
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND".split()

MINOR_UNIT_DIGITS: dict[str, int] = (
    dict.fromkeys(_TWO_DIGITS, 2) | dict.fromkeys(_NO_DIGITS, 0) | dict.fromkeys(_THREE_DIGITS, 3)
)
"""Currency code → digits after the point (ISO 4217: the exponent of the minor unit)."""


class UnknownCurrency(ValueError):
    """A code that ISO 4217 doesn't list as a means of payment."""

    def __init__(self, code: object) -> None:
        super().__init__(
            f"currency {code!r} is not an ISO 4217 code: "
            "use three capital letters such as EUR, GBP or JPY"
        )


def minor_unit_digits(code: str) -> int:
    """Digits after the point of a currency: 2 for EUR, 0 for JPY, 3 for KWD.

    Raises
    ------
    UnknownCurrency
        If the code is not in ISO 4217.
    """
    try:
        return MINOR_UNIT_DIGITS[code]
    except (KeyError, TypeError):
        raise UnknownCurrency(code) from None


def to_base(amount_minor: int, currency: str, fx_to_base: Decimal, base: str) -> int:
    """Convert an amount into minor units of the base currency, rounded half-even once.

    Parameters
    ----------
    amount_minor
        Minor units of ``currency``.
    fx_to_base
        Units of ``base`` bought by one unit of ``currency`` at the event's moment.

    Examples
    --------
    >>> to_base(1000, "JPY", Decimal("0.0061"), "EUR")
    610
    """
    shift = minor_unit_digits(base) - minor_unit_digits(currency)
    exact = _EXACT.scaleb(_EXACT.multiply(Decimal(amount_minor), fx_to_base), shift)
    return int(exact.to_integral_value(rounding=ROUND_HALF_EVEN, context=_EXACT))
