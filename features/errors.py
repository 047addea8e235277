"""Root of the package's faults."""

from data.errors import DataError


class FeatureError(DataError):
    """A fault that a person can repair; the message says what came and what to do."""
