"""Types that several messages of the API share, each with an example."""

from typing import Annotated, Any

from msgspec import Meta


def example(value: object, **more: object) -> dict[str, Any]:
    return {"examples": [value], **more}


PlayerId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        description="Opaque id of an account.",
        extra_json_schema=example("player-000042"),
    ),
]
ModelId = Annotated[str, Meta(description="Model.", extra_json_schema=example("churn"))]
ModelVersion = Annotated[
    str, Meta(description="Version in the model registry.", extra_json_schema=example("3"))
]
Moment = Annotated[
    str,
    Meta(
        description="RFC 3339, UTC, microseconds.",
        extra_json_schema=example("2026-01-31T09:30:00.250000Z", format="date-time"),
    ),
]
LogOdds = Annotated[float, Meta(extra_json_schema=example(-0.4375))]
Probability = Annotated[
    float,
    Meta(
        ge=0,
        le=1,
        description="Calibrated probability.",
        extra_json_schema=example(0.3125),
    ),
]
