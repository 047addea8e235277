"""What is refused: content that contradicts what is stored already."""

from serving.errors import RequestFault, ServingError, shown


class RequestTaken(RequestFault):
    """The caller's request id was used for something else."""

    status, kind, title = 409, "request-taken", "The request id was used before"

    def __init__(self, request_id: str) -> None:
        super().__init__(
            "This request id belongs to a decision about another player or in another mode.",
            "Give each request an id of its own, and repeat it only with the same request.",
            field="request_id",
            value=shown(request_id),
        )


class DecisionOvertaken(RequestFault):
    """What was decided under a request id holds no longer."""

    status, kind, title = 409, "decision-overtaken", "The decision holds no longer"

    def __init__(self, request_id: str) -> None:
        super().__init__(
            "The offer that was decided under this request id has expired or is closed by now.",
            "Don't send it. Ask again under a new request id.",
            field="request_id",
            value=shown(request_id),
        )


class DecisionDiffers(ServingError):
    """A decision's id was used for another decision."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(
            f"decision {decision_id} is stored with other content: give each decision its own id"
        )


class UnknownDecision(RequestFault):
    """No decision of this id was recorded."""

    status, kind, title = 404, "unknown-decision", "Unknown decision"

    def __init__(self, decision_id: str) -> None:
        super().__init__(
            "No decision of this id was recorded.",
            "Send the decision_id of an answer of this service.",
            field="decision_id",
            value=shown(decision_id),
        )


class OutcomeDiffers(RequestFault):
    """The caller's outcome id was used for another outcome."""

    status, kind, title = 409, "outcome-differs", "The outcome id was used before"

    def __init__(self, outcome_id: str) -> None:
        super().__init__(
            "An outcome of this id was reported with other content.",
            "Give each outcome an id of its own, and repeat it only with the same content.",
            field="outcome_id",
            value=shown(outcome_id),
        )


class OutcomeImpossible(RequestFault):
    """The decision is none that this could become of."""

    status, kind, title = 409, "outcome-impossible", "The decision can't have this outcome"
