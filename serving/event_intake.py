"""Bodies of live events: one object, a list, or a line for each; no item suffers for another."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

import msgspec

from data.live_items import decoded
from data.live_row import Refused
from data.mapping import Mapping
from data.unread_protection import PROTECTIVE_TYPES
from serving.errors import InvalidRequest, UnknownMapping, shown
from serving.event_schemas import EventAnswer, EventsAnswer
from serving.live_answers import ItemAnswer
from serving.live_writer import LiveWriter

LONGEST_LINE_BYTES = 1 << 16
LINES_AT_ONCE = 500

MOST_TOLD = 1_000
"""Items that the answer to a stream tells of; all are counted."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PROTECTS = re.compile(
    rb'"(' + b"|".join(re.escape(name).encode() for name in sorted(PROTECTIVE_TYPES)) + rb')"|\\u'
)
"""Of such a type, or with escapes, which may write one."""
_BUILT_IN = Path(__file__).parents[1] / "data" / "mappings"
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def items_of(body: bytes) -> list[bytes]:
    """The items of a JSON body, as they stand there.

    Raises
    ------
    InvalidRequest
        If the body isn't readable as JSON.
    """
    if body.lstrip()[:1] != b"[":
        one = decoded(body)
        if isinstance(one, Refused):
            raise InvalidRequest(
                f"The body is {one.reason}.", "Send UTF-8 JSON: an event, or a list of them."
            )
        return [body]
    try:
        return [bytes(item) for item in _LIST.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise InvalidRequest(
            f"The body begins a list and is not readable as one: {fault}.",
            "Send a JSON list of events; a stream of lines keeps sound ones beside broken ones.",
        ) from fault


async def lines_of(stream: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    """Lines of a stream, some at a time; empty ones are left out.

    Raises
    ------
    InvalidRequest
        If a line is longer than an event can be.
    """
    rest = b""
    async for chunk in stream:
        *lines, rest = (rest + chunk).split(b"\n")
        if max(map(len, (*lines, rest))) > LONGEST_LINE_BYTES:
            raise InvalidRequest(
                f"A line has over {LONGEST_LINE_BYTES} bytes.", "Send one event a line."
            )
        full = [line for line in lines if line.strip()]
        for begin in range(0, len(full), LINES_AT_ONCE):
            yield full[begin : begin + LINES_AT_ONCE]
    if rest.strip():
        yield [rest]


def protects(sent: Sequence[bytes], mapping: Mapping | None) -> bool:
    """Whether an event that may protect a player could be among items; such are never refused.

    With a mapping any item could be one: a vendor has names of its own.
    """
    return mapping is not None or any(_PROTECTS.search(item) for item in sent)


@lru_cache(maxsize=32)
def _read(name: str, path: Path, _changed_ns: int) -> Mapping:
    from data.mapping_file import MappingError, read_mapping  # polars, as in the writer

    try:
        return read_mapping(path)
    except MappingError as fault:
        raise UnknownMapping(name, "; ".join(fault.faults)) from fault


def mapping_of(name: str, place: Path, base_currency: str) -> Mapping:
    """A mapping by its name: a file in the place's ``mappings``, or one that comes with us.

    Raises
    ------
    UnknownMapping
        If there is none, or it doesn't fit.
    """
    if not _NAME.fullmatch(name):
        raise UnknownMapping(name, "it is not written in a-z, 0-9, - and _")
    for folder in (place / "mappings", _BUILT_IN):
        path = folder / f"{name}.yaml"
        if path.is_file():
            mapping = _read(name, path, path.stat().st_mtime_ns)
            if mapping.base_currency != base_currency:
                raise UnknownMapping(name, f"its base currency isn't the log's {base_currency}")
            return mapping
    raise UnknownMapping(name, "there is no such file")


class Intake:
    """Hands a request's items to the writer and gathers the answers."""

    def __init__(self, writer: LiveWriter, mapping: Mapping | None) -> None:
        self._writer = writer
        self._mapping = mapping
        self._counts: Counter[str] = Counter()
        self._items: list[EventAnswer] = []
        self._taken = 0

    async def take(self, sent: Sequence[bytes], *, tell_all: bool) -> None:
        """Append and apply items."""
        protective = protects(sent, self._mapping)
        answers = await self._writer.submit(sent, self._mapping, protective=protective)
        room = None if tell_all else MOST_TOLD - len(self._items)
        self._items += islice(_told(answers, self._taken, tell_all), room)
        self._counts.update(answer.status for answer in answers)
        self._taken += len(sent)

    def answer(self) -> EventsAnswer:
        """What became of everything that was taken."""
        return EventsAnswer(
            accepted=self._counts["accepted"],
            duplicates=self._counts["duplicate"],
            quarantined=self._counts["quarantined"],
            ignored=self._counts["ignored"],
            items=self._items,
        )


def _told(answers: Sequence[ItemAnswer], first: int, tell_all: bool) -> Iterator[EventAnswer]:
    for position, answer in enumerate(answers, first):
        if answer.refused is not None:
            refused = answer.refused
            yield EventAnswer(
                position=position,
                status=answer.status,
                field=refused.field or None,
                value=None if refused.value is None else shown(refused.value),
                reason=refused.reason,
                remedy=refused.remedy,
            )
        elif tell_all or answer.status != "accepted":
            yield EventAnswer(position=position, status=answer.status)
