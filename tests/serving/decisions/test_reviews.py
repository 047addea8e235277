"""Players are looked at when they are due, and each change of band is told once."""

from msgspec.structs import replace
from sqlalchemy import Engine

from serving.decisions.outbox import Outbox
from serving.decisions.reviews import Band, Review, Reviews, Standing


def look(player_id: str, band: Band, due_at_us: int = 100) -> Review:
    return Review(
        player_id=player_id, model_id="churn", margin=0.1 + 0.2, probability=1 / 3, band=band,
        due_at_us=due_at_us,
    )  # fmt: skip


def test_players_are_due_in_order_of_their_moment(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.add_players(["bela", "anna"], "churn", 5)
    reviews.add_players(["carl"], "churn", 3)
    reviews.add_players(["anna", "dora"], "churn", 9)
    reviews.add_players(["anna"], "risk", 6)
    reviews.add_players([], "churn", 1)

    def due(now_us: int, limit: int = 10) -> list[tuple[str, str]]:
        return [(each.player_id, each.model_id) for each in reviews.due(now_us, limit)]

    assert due(2) == []
    assert due(5) == [("carl", "churn"), ("anna", "churn"), ("bela", "churn")]
    assert due(9, limit=1) == [("carl", "churn")]
    assert due(9)[3:] == [("anna", "risk"), ("dora", "churn")]


def test_a_look_is_stored_with_its_numbers_as_they_are(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.add_players(["anna"], "churn", 5)
    (before,) = reviews.due(5, 10)
    assert before == Standing(
        player_id="anna", model_id="churn", due_at_us=5, reviewed_at_us=None, margin=None,
        probability=None, band="green", crossings=0,
    )  # fmt: skip
    assert reviews.store_reviews([look("anna", "green")], 7) == 0
    assert reviews.due(99, 10) == ()
    (after,) = reviews.due(100, 10)
    assert after == replace(
        before, due_at_us=100, reviewed_at_us=7, margin=0.1 + 0.2, probability=1 / 3
    )


def test_a_crossing_is_told_once_though_the_batch_is_repeated(engine: Engine) -> None:
    reviews = Reviews(engine)
    batch = [look("anna", "red"), look("bela", "green")]
    assert reviews.store_reviews(batch, 7) == 1
    assert reviews.store_reviews(batch, 7) == 0
    assert reviews.store_reviews([look("anna", "amber")], 8) == 1
    first, second = Outbox(engine).pending(10)
    assert (first.kind, first.player_id, first.key) == (
        "band.changed", "anna", "band.changed:anna:churn:1"
    )  # fmt: skip
    assert first.content() == {
        "player_id": "anna", "model_id": "churn", "at_us": 7, "from": "green", "to": "red",
        "probability": 1 / 3, "crossings": 1,
    }  # fmt: skip
    assert (second.content()["from"], second.content()["to"]) == ("red", "amber")


def test_a_look_that_comes_too_late_changes_nothing(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.store_reviews([look("anna", "red", due_at_us=200)], 20)
    assert reviews.store_reviews([look("anna", "green", due_at_us=100)], 10) == 0
    (standing,) = reviews.due(200, 10)
    assert (standing.band, standing.reviewed_at_us, standing.crossings) == ("red", 20, 1)


def test_many_are_stored_at_once(engine: Engine) -> None:
    reviews = Reviews(engine)
    players = [f"p{number:04d}" for number in range(2500)]
    reviews.add_players(players, "churn", 1)
    bands: list[Band] = ["red" if number % 2 else "green" for number in range(2500)]
    batch = [look(player, band) for player, band in zip(players, bands, strict=True)]
    assert reviews.store_reviews(batch, 2) == 1250
    assert len(reviews.due(100, 5000)) == 2500
    told = Outbox(engine).pending(5000)
    assert [entry.player_id for entry in told] == players[1::2]
