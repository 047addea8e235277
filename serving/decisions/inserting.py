"""Inserts that leave out what is there, in the dialect of either database."""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from serving.decisions.engine import POSTGRES

AT_ONCE = 1000
"""Values asked for by one statement; both databases bound how many it may carry."""

Item = TypeVar("Item")


@cache
def insert_new(dialect: str, table: Table) -> Insert:
    """An INSERT into a table that skips a row of which a key, of any kind, is taken.

    Where another transaction holds the key, it waits for how that one ends.
    """
    if dialect == POSTGRES:
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


@cache
def insert_new_returning(dialect: str, *columns: Column[Any]) -> ReturningInsert[Any]:
    """The same, into the table of some columns, which it returns of each row that wasn't skipped.

    Statements are kept, as building one costs as much as running it.
    """
    return insert_new(dialect, columns[0].table).returning(*columns)


def portions(items: list[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most ``AT_ONCE``."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
