"""Root of the package's faults."""

from data.errors import DataError


class FeatureError(DataError):
    """A fault that a person can repair; the message says what came and what to do."""


class TileOverflow(FeatureError):
    """A tile's value is beyond ±2**53, where JSON and Lua lose digits."""
