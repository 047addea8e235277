"""From tiles to features to margins to reasons: one way for one player and for a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.instants import instant_of
from features.catalogue import FEATURE_INDEX
from features.manifest import Floats
from features.online_tiles import OnlineRows, OnlineTiles
from serving import reasons
from serving.models import ServedModel
from serving.schemas import Explanation, NotScored, Score, Scores, UnknownPlayerScore
from serving.status_schemas import ModelCard

Status = Literal["scored", "protection", "inactive", "unknown"]


@dataclass(frozen=True)
class Explained:
    """A model's answers for those it is about, m of n different players asked for.

    Attributes
    ----------
    status
        Shape (n,): ``scored``, ``protection``, ``inactive`` or ``unknown``.
    as_of_us, last_known_us
        The one moment of all features, and when the last event applied became known, µs since
        the epoch.
    values
        Shape (m, features), in the model's order.
    margins, probabilities, baselines
        Shape (m,).
    contributions
        Shape (m, features).
    base_currency
        ISO 4217 code that amounts are in.
    """

    status: npt.NDArray[np.str_]
    as_of_us: int
    last_known_us: int
    values: Floats
    margins: Floats
    probabilities: Floats
    contributions: Floats
    baselines: Floats
    base_currency: str


def explain(tiles: OnlineTiles, model: ServedModel, player_ids: Sequence[str]) -> Explained:
    """Read the features of different players as of now and answer with the model."""
    rows = tiles.features(player_ids)
    status = status_of(rows, model)
    values = np.ascontiguousarray(rows.matrix[status == "scored"][:, model.columns])
    margins, contributions = _answers(model, values)
    return Explained(
        status=status,
        as_of_us=rows.as_of_us,
        last_known_us=rows.last_known_us,
        values=values,
        margins=margins,
        probabilities=model.manifest.calibration.probability(margins),
        contributions=contributions[:, :-1],
        baselines=contributions[:, -1],
        base_currency=rows.base_currency,
    )


def status_of(rows: OnlineRows, model: ServedModel) -> npt.NDArray[np.str_]:
    """What each player gets: the model learned of unprotected players with recent activity."""
    silent_days = rows.matrix[:, FEATURE_INDEX["days_since_last_activity"]]
    active = silent_days <= model.manifest.lookback_days
    return np.select(
        [~rows.known, rows.protected, ~active], ["unknown", "protection", "inactive"], "scored"
    )


def plain_answers(rows: OnlineRows, model: ServedModel) -> list[tuple[float, float] | None]:
    """Margin and probability of each player; None of those whom the model says nothing about."""
    scored = status_of(rows, model) == "scored"
    values = np.ascontiguousarray(rows.matrix[scored][:, model.columns])
    margins = model.booster.margins(values) if len(values) else np.empty(0)
    probabilities = model.manifest.calibration.probability(margins)
    found = iter(zip(margins.tolist(), probabilities.tolist(), strict=True))
    return [next(found) if one else None for one in scored.tolist()]


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
    place = count()
    found = {
        player_id: _score(model, explained, player_id, next(place), most_reasons)
        if status == "scored"
        else _no_score(explained, player_id, status)
        for player_id, status in zip(different, explained.status.tolist(), strict=True)
    }
    return Scores(scores=[found[player_id] for player_id in player_ids])


def _no_score(
    explained: Explained, player_id: str, status: Status
) -> NotScored | UnknownPlayerScore:
    if status == "protection" or status == "inactive":
        return NotScored(
            player_id=player_id,
            as_of=moment(explained.as_of_us),
            last_event_known_at=moment(explained.last_known_us),
            reason=status,
        )
    return UnknownPlayerScore(player_id=player_id)


def _score(
    model: ServedModel, explained: Explained, player_id: str, place: int, most_reasons: int
) -> Score:
    contributions = explained.contributions[place]
    return Score(
        player_id=player_id,
        model_id=model.model_id,
        model_version=model.version,
        as_of=moment(explained.as_of_us),
        last_event_known_at=moment(explained.last_known_us),
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


def explanation(
    tiles: OnlineTiles, model: ServedModel, player_id: str
) -> Explanation | NotScored | UnknownPlayerScore:
    """Everything behind one player's score, or what stands in for it."""
    explained = explain(tiles, model, [player_id])
    (status,) = explained.status.tolist()
    if status != "scored":
        return _no_score(explained, player_id, status)
    values, contributions = explained.values[0], explained.contributions[0]
    places = np.argsort(-np.abs(contributions), kind="stable").tolist()
    told = reasons.describe(model.manifest, values, contributions, places, explained.base_currency)
    return Explanation(
        player_id=player_id,
        as_of=moment(explained.as_of_us),
        last_event_known_at=moment(explained.last_known_us),
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
        lookback_days=manifest.lookback_days,
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
    return instant_of(since_epoch_us).isoformat(timespec="microseconds").replace("+00:00", "Z")
