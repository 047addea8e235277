"""A decision as it is stored: the bytes that it was taken from and came to, and their digest."""

from hashlib import blake2b
from typing import Literal

import msgspec

from campaigns import decision as decision_codec
from campaigns import player_state as state_codec
from campaigns.decision import ActionKind, Decision
from campaigns.player_state import PlayerState

Mode = Literal["live", "dry_run"]

_LENGTH_BYTES = 8


class StoredDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the decisions.

    Attributes
    ----------
    request_id
        The caller's own id of the request, by which a repetition is known.
    mode
        ``dry_run`` if nothing was to follow from it.
    lock_digest
        Names the installed versions under which it was computed.
    digest
        BLAKE2b-256, as hex, of what a replay needs.
    state, decision
        The records of ``campaigns`` as their own bytes.
    """

    decision_id: str
    request_id: str | None
    player_id: str
    decided_at_us: int
    kind: ActionKind
    action: str
    mode: Mode
    policy_version: str
    lock_digest: str
    digest: str
    state: bytes
    decision: bytes

    @property
    def is_intact(self) -> bool:
        """Whether the digest is that of the content."""
        return self.digest == digest_of(self)

    def read_state(self) -> PlayerState:
        """What the decision was taken from."""
        return state_codec.decoded(self.state)

    def read_decision(self) -> Decision:
        """What was decided."""
        return decision_codec.decoded(self.decision)


def to_store(
    state: PlayerState, decision: Decision, *, request_id: str | None, lock_digest: str, mode: Mode
) -> StoredDecision:
    """The row of a decision.

    Raises
    ------
    ValueError
        If the decision wasn't taken from this state.
    """
    of_state = (state.decision_id, state.player_id, state.at_us)
    if of_state != (decision.decision_id, decision.player_id, decision.at_us):
        raise ValueError("the decision was taken from another state")
    state_bytes, decision_bytes = state_codec.encoded(state), decision_codec.encoded(decision)
    unsigned = StoredDecision(
        decision_id=decision.decision_id,
        request_id=request_id,
        player_id=decision.player_id,
        decided_at_us=decision.at_us,
        kind=decision.kind,
        action=decision.action,
        mode=mode,
        policy_version=decision.policy_version,
        lock_digest=lock_digest,
        digest="",
        state=state_bytes,
        decision=decision_bytes,
    )
    return msgspec.structs.replace(unsigned, digest=digest_of(unsigned))


def digest_of(stored: StoredDecision) -> str:
    """Each part follows its length, so that none can be moved into its neighbour."""
    digest = blake2b(digest_size=32)
    told = (
        stored.decision_id, stored.request_id or "", stored.mode, stored.policy_version,
        stored.lock_digest,
    )  # fmt: skip
    for text in told:
        _add(digest, text.encode())
    for content in (stored.state, stored.decision):
        _add(digest, content)
    return digest.hexdigest()


def _add(digest: blake2b, part: bytes) -> None:
    digest.update(len(part).to_bytes(_LENGTH_BYTES, "big"))
    digest.update(part)
