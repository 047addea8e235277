"""When a feed is alarming: every threshold in one place, each with its reason.

All of them are the house's own; none comes from a law or a standard.
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """A threshold and why it stands where it does."""

    value: float
    reason: str


WINDOW_DAYS = Limit(
    56, "Usual is what the eight weeks before a day show: long enough for eight of each weekday, "
    "short enough to follow a growing operator."
)  # fmt: skip
VOLUME_WEEKS = Limit(
    4, "A weekday's median needs so many earlier ones, or one odd week decides what is usual."
)  # fmt: skip
SHARE_DAYS = Limit(
    14, "Shares and levels have no rhythm of the week worth waiting for; two weeks show their "
    "spread."
)  # fmt: skip
SPREADS = Limit(
    5, "A deviation counts beyond so many robust standard deviations: with hundreds of figures a "
    "day, three would alarm daily."
)  # fmt: skip
VOLUME_SPREADS = Limit(
    4, "One figure a source, type and day, so fewer are judged; five would miss a feed that comes "
    "twice where days differ by a fifth."
)  # fmt: skip
VOLUME_RATIO = Limit(
    1.8,
    "A feed that comes twice or loses half is a tenth beyond it. On 300 days of a real wallet 1.5 "
    "alarmed on 24 days and this on 9.",
)
ROWS = Limit(
    30, "A share or level of fewer rows than this in a day says nothing about the feed."
)  # fmt: skip
SHARE_STEP = Limit(
    0.05, "A share rises by so much before anybody should be woken: a feature moves by about as "
    "much as the rows that lie."
)  # fmt: skip
LEVEL_FACTOR = Limit(
    10, "Halfway, in orders of magnitude, between no change and 100, which minor units read as "
    "major ones bring."
)  # fmt: skip
RATE_FACTOR = Limit(
    1.1, "Major currencies move less in a day; a rate turned round, stale or of another currency "
    "is further off."
)  # fmt: skip
GAP_DAYS = Limit(
    20, "A type seen on fewer days of the window is rare, and its silence tells nothing."
)  # fmt: skip
SILENCE_HOURS = Limit(
    36, "An export that comes each night and ran late is no alarm; one that was left out is."
)  # fmt: skip
LATE_MINUTES = Limit(
    45, "A clock or timezone mistaken by an hour lies beyond it, slow delivery mostly before it."
)  # fmt: skip
STALE_HOURS = Limit(24, "Known a day after it occurred: a replayed or stuck feed.")
LOWEST_ODDS = Limit(
    1.01, "Bookmakers offer none below; the contract refuses only odds below 1."
)  # fmt: skip
COMMITS = Limit(5, "Duplicates are judged beside so many earlier commits of the source.")
DUPLICATE_STEP = Limit(
    0.25, "Exports overlap by some rows as a habit; a quarter more than usual is a file sent again."
)  # fmt: skip

LIMITS = {name.lower(): limit for name, limit in globals().items() if isinstance(limit, Limit)}
"""Every threshold by name, for reports."""
