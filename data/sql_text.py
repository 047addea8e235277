"""Texts inside SQL statements, where a parameter is not allowed."""


def literal(text: object) -> str:
    """A text, such as a path, as an SQL literal with its quotation marks."""
    return "'" + str(text).replace("'", "''") + "'"
