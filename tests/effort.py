"""How hard a test tries: a moment in the suite, several times as hard in a proof."""

from hypothesis import settings

SUITE, PROOF = 100, 400
"""Hypothesis examples of a test that names no number of its own."""


def times(count: int) -> int:
    """A number of examples, or of repetitions, for the profile that is in force."""
    return count * settings().max_examples // SUITE
