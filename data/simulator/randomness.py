"""One independent stream of random numbers per concern, all grown from one seed."""

from dataclasses import dataclass, fields

from numpy.random import Generator, SeedSequence, default_rng


@dataclass(frozen=True)
class Streams:
    """A generator per concern: drawing more for one leaves every other one's numbers alone."""

    population: Generator
    engagement: Generator
    harm: Generator
    sessions: Generator
    casino: Generator
    sports: Generator
    payments: Generator
    bonuses: Generator
    protection: Generator
    messages: Generator
    exchange: Generator
    delivery: Generator

    @classmethod
    def grown_from(cls, seed: int) -> "Streams":
        """The streams of one seed, in the order of the fields."""
        names = [field.name for field in fields(cls)]
        children = SeedSequence(seed).spawn(len(names))
        return cls(
            **{name: default_rng(child) for name, child in zip(names, children, strict=True)}
        )
