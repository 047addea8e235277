"""The root of everything that can be wrong with a training run, its data or its result."""

from data.errors import DataError


class TrainingError(DataError):
    """A model can't be trained, measured or promoted as asked; the message says what to do."""
