"""Made-up decisions, complete and as large as real ones."""

from uuid import uuid4

from campaigns.decision import ActionKind, Chance, Decision, Excluded, Reason
from campaigns.player_state import ModelScore, MoneyWindow, PlayerState
from serving.decisions.store import DecisionStore
from serving.decisions.stored_decision import Mode, StoredDecision

NOON_US = 1_767_268_800_000_000
LOCK = "f" * 64

_FEATURES = {f"stake_sum_{number}d": number / 3 for number in range(120)}
_OFFERS = tuple(f"offer-{number}" for number in range(10))


def state(player_id: str, *, decision_id: str | None = None, at_us: int = NOON_US) -> PlayerState:
    """What is known of a player who may be offered everything."""
    return PlayerState(
        decision_id=decision_id or uuid4().hex,
        seed="00" * 16,
        player_id=player_id,
        person_id=None,
        brand_id="brand",
        jurisdiction="MT",
        at_us=at_us,
        known=True,
        is_test=False,
        state_age_us=1,
        age_years=41,
        account_status="active",
        kyc_status="verified",
        protections=(),
        returned_us=None,
        consented_since_return=False,
        consents=(),
        objection=False,
        limit_tightened_us=None,
        rg_contact_us=None,
        vulnerability_check_us=None,
        vulnerability_outcome=None,
        strong_flag_us=None,
        unread_protection=False,
        money=tuple(_window(name) for name in ("24h", "7d", "30d", "day", "week", "month")),
        features={**_FEATURES, "absent": None, "tiny": 5e-324},
        scores=(_score(),),
        not_scored=None,
        past=(),
    )


def _window(name: str) -> MoneyWindow:
    return MoneyWindow(
        name=name, scope="account", currency="EUR", deposits=2**53, withdrawals=0, stakes=1,
        winnings=2,
    )  # fmt: skip


def _score() -> ModelScore:
    return ModelScore(
        model_id="churn", model_version="3", feature_version="1", booster_digest="0" * 64,
        features=(*_FEATURES.values(), None), margin=0.1 + 0.2, probability=1 / 7,
    )  # fmt: skip


def decision(of: PlayerState, kind: ActionKind = "offer", action: str = "offer-1") -> Decision:
    """A decision taken from a state."""
    return Decision(
        decision_id=of.decision_id,
        player_id=of.player_id,
        at_us=of.at_us,
        policy_version="policy-1",
        kind=kind,
        action="no_offer" if kind == "none" else action,
        action_probability=1 / 3,
        distribution=tuple(Chance(action=offer, probability=0.1) for offer in _OFFERS),
        eligible=_OFFERS,
        excluded=(Excluded(action="offer-11", rule_ids=("gb.bonus.cap",)),),
        reasons=(Reason(rule_id="house.e1", source="E1", text="nicht über 24 € – «déjà vu» 🎲"),),
        explored=False,
        protected=False,
        channel="email",
        valid_until_us=of.at_us + 1,
    )


def record(
    store: DecisionStore,
    player_id: str = "anna",
    *,
    kind: ActionKind = "offer",
    action: str = "offer-1",
    at_us: int = NOON_US,
    decision_id: str | None = None,
    request_id: str | None = None,
    mode: Mode = "live",
) -> StoredDecision:
    """Decide about a player and record it."""
    of = state(player_id, decision_id=decision_id, at_us=at_us)
    return store.record(
        of, decision(of, kind, action), request_id=request_id, lock_digest=LOCK, mode=mode
    )
