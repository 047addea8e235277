"""What a body of live events holds, and what of it is never refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from serving.arrival import ArrivalClock
from serving.errors import Busy, InvalidRequest
from serving.event_intake import LONGEST_LINE_BYTES, Intake, items_of, lines_of, mapping_of
from serving.live_writer import MOST_QUEUED, LiveWriter
from tests.serving.live import filled


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "truncated"),
        (b"{broken", "(byte 1)"),
        (b'\xef\xbb\xbf{"a": 1}', "(byte 0)"),
        (b'{"stake_real": NaN}', "(byte 15)"),
        (b'{"a": "\xff"}', "utf-8"),
        (b'{"a": ' + b"[" * 10_000, "nested too deeply"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_where_it_breaks(content: bytes, told: str) -> None:
    with pytest.raises(InvalidRequest) as fault:
        items_of(content)
    assert told in fault.value.detail
    assert fault.value.remedy


def test_a_line_longer_than_an_event_is_refused_also_where_it_is_complete() -> None:
    async def chunks(*sent: bytes) -> AsyncIterator[bytes]:
        for chunk in sent:
            yield chunk

    async def lines(*sent: bytes) -> list[bytes]:
        return [line async for some in lines_of(chunks(*sent)) for line in some]

    longest = b"x" * LONGEST_LINE_BYTES
    assert asyncio.run(lines(longest + b"\n{}\n")) == [longest, b"{}"]
    for sent in ([b"{}\nx" + longest + b"\n{}"], [longest, b"x\n"], [b"x" + longest]):
        with pytest.raises(InvalidRequest, match="over 65536 bytes"):
            asyncio.run(lines(*sent))


def test_with_a_mapping_any_item_may_protect_and_is_never_refused(tmp_path: Path) -> None:
    place = filled(tmp_path / "place", model=False)
    writer = LiveWriter(place, ArrivalClock("last_event"))
    own, vendors = Intake(writer, None), Intake(writer, mapping_of("generic", place, "EUR"))

    async def flood() -> list[BaseException | None]:
        full = [own.take([b"0"] * MOST_QUEUED, tell_all=False) for _ in range(3)]
        one = vendors.take([b'{"kind": "PING"}'], tell_all=False)
        return await asyncio.gather(*full, one, return_exceptions=True)

    *refused, taken = asyncio.run(flood())
    writer.close()
    assert any(isinstance(answer, Busy) for answer in refused)
    assert taken is None
