"""The days that two logs are compared on: as many, whole weeks, after the same warm-up."""

from data.errors import DataError
from data.simulator.comparison.payments import Payments

WARM_UP_DAYS = 28
"""Days at the start of both logs that no margin counts. A simulated operator's customers arrive
during them, each with an empty balance, which no real one's do."""

LEAST_DAYS = 84
"""Days, with the warm-up, from which there is a cutoff with a month before and after it."""


class TooShort(DataError):
    """A log spans too few days to be compared."""


def on_common_days(simulated: Payments, real: Payments) -> tuple[Payments, Payments]:
    """Both logs' payments on their first days: as many weeks as the shorter one has.

    Raises
    ------
    TooShort
        If one of them spans fewer than ``LEAST_DAYS``.
    """
    _require_enough(simulated, "--simulated", f"simulate with --days {LEAST_DAYS + 2} or more")
    _require_enough(real, "--real", "import a longer export")
    days = min(simulated.days, real.days) // 7 * 7
    return simulated.days_from(0, days), real.days_from(0, days)


def _require_enough(payments: Payments, option: str, remedy: str) -> None:
    if payments.days < LEAST_DAYS:
        raise TooShort(
            f"{option} has payments on {payments.days} whole days, at least {LEAST_DAYS} are "
            f"needed: {remedy}"
        )
