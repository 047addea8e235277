"""A fault that a thread must outlive, kept for those who wait for what it was doing."""

from types import TracebackType
from typing import Self


class Caught:
    """Context that ends a block's fault here and keeps it.

    Attributes
    ----------
    fault
        What the block ended with; None if it ended well. What stops the process, such as an
        interrupt, goes on.
    """

    def __init__(self) -> None:
        self.fault: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(fault, Exception):
            self.fault = fault
        return isinstance(fault, Exception)
