"""Threads that write at the same time share one transaction, and so one wait for the disk."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, IntegrityError

from serving.caught import Caught

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_MOST = 256
"""Items of one transaction; more would make the first of them wait for long."""


class Together(Generic[Item, Answer]):
    """Calls that wait for the one being written are written together by the next of them.

    Parameters
    ----------
    write_all
        Writes items in one transaction and returns an answer for each; an answer that is a fault
        is raised to the caller of that item alone.
    """

    def __init__(self, write_all: Callable[[Sequence[Item]], Sequence[Answer | Exception]]) -> None:
        self._write_all = write_all
        self._turn = Lock()
        self._waiting: deque[tuple[Item, Future[Answer]]] = deque()

    def __call__(self, item: Item) -> Answer:
        """Write one item, perhaps with those of other threads, and return its answer."""
        answer: Future[Answer] = Future()
        self._waiting.append((item, answer))
        with self._turn:
            while not answer.done():
                self._write(self._next())
        return answer.result()

    def _next(self) -> list[tuple[Item, Future[Answer]]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST))]

    def _write(self, batch: list[tuple[Item, Future[Answer]]]) -> None:
        answers: Sequence[Answer | Exception] = ()
        with Caught() as write:
            answers = self._write_all([item for item, _ in batch])
        if write.fault is not None:
            self._tell(batch, write.fault)
            return
        for (_, waiting), answer in zip(batch, answers, strict=True):
            if isinstance(answer, Exception):
                waiting.set_exception(answer)
            else:
                waiting.set_result(answer)

    def _tell(self, batch: list[tuple[Item, Future[Answer]]], fault: Exception) -> None:
        """Content that the database refuses is the fault of one item: the others go on without."""
        if len(batch) > 1 and isinstance(fault, (DataError, IntegrityError)):
            for one in batch:
                self._write([one])
            return
        for _, waiting in batch:
            waiting.set_exception(fault)
