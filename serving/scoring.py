"""From tiles to features to margins to reasons: one way for one player and for a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from features.manifest import Floats
from features.online_tiles import OnlineTiles
from serving import reasons
from serving.models import ServedModel
from serving.schemas import (
    Explanation,
    ModelCard,
    Score,
    Scores,
    UnknownPlayerScore,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Explained:
    """A model's answers for the known ones, m of them, of n different players asked for.

    Attributes
    ----------
    known
        Shape (n,): whether the player was ever seen.
    as_of_us
        The one moment of all features, µs since the epoch.
    values
        Shape (m, features), in the model's order.
    margins, probabilities, baselines
        Shape (m,).
    contributions
        Shape (m, features).
    base_currency
        ISO 4217 code that amounts are in.
    """

    known: npt.NDArray[np.bool_]
    as_of_us: int
    values: Floats
    margins: Floats
    probabilities: Floats
    contributions: Floats
    baselines: Floats
    base_currency: str


def explain(tiles: OnlineTiles, model: ServedModel, player_ids: Sequence[str]) -> Explained:
    """Read the features of different players as of now and answer with the model."""
    rows = tiles.features(player_ids)
    values = np.ascontiguousarray(rows.matrix[rows.known][:, model.columns])
    margins, contributions = _answers(model, values)
    return Explained(
        known=rows.known,
        as_of_us=rows.as_of_us,
        values=values,
        margins=margins,
        probabilities=model.manifest.calibration.probability(margins),
        contributions=contributions[:, :-1],
        baselines=contributions[:, -1],
        base_currency=rows.base_currency,
    )


def _answers(model: ServedModel, values: Floats) -> tuple[Floats, Floats]:
    if len(values) == 0:
        return np.empty(0), np.empty((0, len(model.columns) + 1))
    return model.booster.margins(values), model.booster.contributions(values)


def scores(
    tiles: OnlineTiles, model: ServedModel, player_ids: Sequence[str], most_reasons: int
) -> Scores:
    """Scores in the order asked, each with its strongest reasons."""
    different = list(dict.fromkeys(player_ids))
    explained = explain(tiles, model, different)
    known = [player for player, seen in zip(different, explained.known, strict=True) if seen]
    found = {
        player_id: _score(model, explained, player_id, place, most_reasons)
        for place, player_id in enumerate(known)
    }
    return Scores(
        scores=[
            found.get(player_id) or UnknownPlayerScore(player_id=player_id)
            for player_id in player_ids
        ]
    )


def _score(
    model: ServedModel, explained: Explained, player_id: str, place: int, most_reasons: int
) -> Score:
    contributions = explained.contributions[place]
    return Score(
        player_id=player_id,
        model_id=model.model_id,
        model_version=model.version,
        as_of=moment(explained.as_of_us),
        churn_probability=float(explained.probabilities[place]),
        margin=float(explained.margins[place]),
        baseline=float(explained.baselines[place]),
        reasons=reasons.describe(
            model.manifest,
            explained.values[place],
            contributions,
            reasons.strongest(contributions, most_reasons),
            explained.base_currency,
        ),
    )


def explanation(tiles: OnlineTiles, model: ServedModel, player_id: str) -> Explanation | None:
    """Everything behind one player's score; None for a player never seen."""
    explained = explain(tiles, model, [player_id])
    if not explained.known[0]:
        return None
    values, contributions = explained.values[0], explained.contributions[0]
    places = np.argsort(-np.abs(contributions), kind="stable").tolist()
    told = reasons.describe(model.manifest, values, contributions, places, explained.base_currency)
    return Explanation(
        player_id=player_id,
        as_of=moment(explained.as_of_us),
        model=model_card(model),
        probability=float(explained.probabilities[0]),
        margin=float(explained.margins[0]),
        baseline=float(explained.baselines[0]),
        contributions=told,
    )


def model_card(model: ServedModel) -> ModelCard:
    """What a served model is and what it was made from."""
    manifest = model.manifest
    return ModelCard(
        model_id=model.model_id,
        model_version=model.version,
        trained_until=moment(manifest.last_label_us),
        horizon_days=manifest.horizon_days,
        feature_service=manifest.feature_service,
        feature_version=manifest.feature_version,
        feature_names=list(manifest.feature_names),
        data_digest=manifest.data_digest,
    )


def moment(since_epoch_us: int) -> str:
    """RFC 3339 with microseconds.

    Examples
    --------
    >>> moment(1_000_000)
    '1970-01-01T00:00:01.000000Z'
    """
    at = _EPOCH + timedelta(microseconds=since_epoch_us)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
