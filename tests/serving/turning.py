"""Command: turn the clock on a place, a few players at a time, and say so after each few."""

import sys
from pathlib import Path

from serving.clock import Bands, turn_of_the_clock
from serving.decisions.engine import open_engine
from serving.decisions.reviews import Reviews
from tests.serving.deciding import Ground

FEW = 2


def turn(place: Path, url: str) -> None:
    """One turn over everybody who is due."""
    ground, reviews = Ground(place), Reviews(open_engine(url))
    models = {"churn": ground.model()}
    for look in turn_of_the_clock(ground.tiles(), models, reviews, Bands(), FEW):
        sys.stdout.write(f"{look.looked_at}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    turn(Path(sys.argv[1]), sys.argv[2])
