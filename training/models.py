"""The models there are: the question each answers and the contract that it reads.

How far a model looks back and ahead, and its booster's settings, change more often than these and
stand in ``params.yaml``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from data.event_log import EventLog
from training.churn_labels import churn_outcomes
from training.errors import TrainingError
from training.harm_labels import harm_outcomes


class UnknownModel(TrainingError):
    """No model of this id is declared."""


@dataclass(frozen=True)
class Model:
    """A declared model.

    Attributes
    ----------
    model_id
        Name in the registry.
    output
        Name of the probability that it answers.
    positive, negative
        Outcomes that it learns to tell apart; rows of any other outcome are left out.
    positive_means
        What has to happen within the horizon for a positive, in words.
    outcomes
        ``(log, cohort, horizon_days, known_before)`` → table of ``labels.LABEL_SCHEMA``.
    recency_feature
        The one input of the baseline that every version must beat.
    """

    model_id: str
    question: str
    output: str
    positive: str
    negative: str
    positive_means: str
    outcomes: Callable[[EventLog, pa.Table, int, datetime], pa.Table]
    recency_feature: str


MODELS: dict[str, Model] = {
    "churn": Model(
        model_id="churn",
        question="Will a lately active player show no activity over the coming horizon?",
        output="churn_probability",
        positive="churned",
        negative="returned",
        positive_means="no activity",
        outcomes=churn_outcomes,
        recency_feature="days_since_last_activity",
    ),
    "risk": Model(
        model_id="risk",
        question="Will the player be excluded, by themselves or by the operator, in the horizon?",
        output="harm_probability",
        positive="harmed",
        negative="unharmed",
        positive_means="a self-exclusion, a register's hit or the operator's exclusion",
        outcomes=harm_outcomes,
        recency_feature="days_since_last_activity",
    ),
}
"""Model id → its declaration."""


def find_model(model_id: str) -> Model:
    """The declaration of a model.

    Raises
    ------
    UnknownModel
        If there is none, naming those there are.
    """
    try:
        return MODELS[model_id]
    except KeyError:
        raise UnknownModel(
            f"there is no model {model_id!r}: choose one of {', '.join(sorted(MODELS))}"
        ) from None
