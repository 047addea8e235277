"""Answers about the service and its models."""

from typing import Annotated

import msgspec
from msgspec import Meta

from serving.schema_types import ModelId, ModelVersion, Moment, example


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a served model is and what it was made from.

    Attributes
    ----------
    trained_until
        End of the last label's horizon: nothing later is in the model.
    lookback_days
        It is about players with activity in so many days before the as-of moment.
    horizon_days
        How far its probability looks ahead from the as-of moment.
    feature_service
        Feast FeatureService that is its input contract.
    feature_version
        Version of the feature catalogue at training.
    data_digest
        SHA-256 over the training set.
    """

    model_id: ModelId
    model_version: ModelVersion
    trained_until: Moment
    lookback_days: Annotated[int, Meta(ge=1, extra_json_schema=example(30))]
    horizon_days: Annotated[int, Meta(ge=1, extra_json_schema=example(30))]
    feature_service: Annotated[str, Meta(extra_json_schema=example("churn_v1"))]
    feature_version: Annotated[str, Meta(extra_json_schema=example("5f2b6c0d9a1e"))]
    feature_names: list[str]
    data_digest: Annotated[str, Meta(extra_json_schema=example("9b74c9897bac770f"))]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that isn't served, and why."""

    part: Annotated[str, Meta(extra_json_schema=example("model churn"))]
    reason: str


class Models(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The models that are served, and what is not."""

    models: list[ModelCard]
    faults: list[Fault]


class Health(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The process is up."""

    status: Annotated[str, Meta(extra_json_schema=example("ok"))] = "ok"


class Readiness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be answered. ``missing`` may name a model left out beside others that are served.

    Why something is missing stands in the service's log and, for those with a key, in
    ``/v1/models``.
    """

    ready: bool
    models: list[str]
    missing: Annotated[list[str], Meta(extra_json_schema=example(["model value"]))]
