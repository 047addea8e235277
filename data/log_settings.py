"""What holds for a whole event log, fixed when it is created."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LogSettings:
    """What holds for the whole log.

    Attributes
    ----------
    base_currency
        ISO 4217 code that amounts of every account are converted into.
    timezone
        IANA name of the operator's business day: a cutoff date means its midnight there.
    """

    base_currency: str
    timezone: str

    @property
    def told(self) -> str:
        """The settings in words."""
        return f"base currency {self.base_currency} and timezone {self.timezone}"
