"""A page of docs/ that code writes: kept as a file, and compared with what the code says now."""

from pathlib import Path

from data.errors import DataError


class PageOutdated(DataError):
    """A rendered page doesn't say what the code says."""


def keep_page(page: Path, text: str, command: str, *, check: bool) -> None:
    """Write a page, or only compare it.

    Parameters
    ----------
    command
        What writes the page, for the remedy.
    check
        True compares and writes nothing.

    Raises
    ------
    PageOutdated
        If a compared page is missing or says something else.
    """
    if not check:
        page.write_text(text)
    elif not page.is_file() or page.read_text() != text:
        raise PageOutdated(f"{page} is outdated: run python -m {command}")
