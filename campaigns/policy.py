"""Deciding about one player: pure, from one record to another.

Protections come first, then interventions, then the offers that are left, then the policy that
chooses among them. Caps are held before the choice and not after it: the probability that is
written down is that of what happens.
"""

from campaigns.amounts import written
from campaigns.catalogue import CATALOGUE, NO_OFFER, OfferTerms
from campaigns.decision import ActionKind, Chance, Decision, Excluded, Reason
from campaigns.eligibility import Eligibility, eligible_offers
from campaigns.exploration import distribution, drawn
from campaigns.interventions import Intervention, due_intervention
from campaigns.offers import Offer
from campaigns.player_state import PlayerState
from campaigns.protections import Protected, Unprotected, assess
from campaigns.rule import Rule
from campaigns.support import outside_support
from campaigns.version import policy_version

MODEL = "churn"
VALID_US = 5 * 60 * 1_000_000

INTERVENTION_FIRST = Rule(
    id="policy.intervention_first",
    source="House rule E5; UKGC LCCP, Social Responsibility Code 3.4.3 (9)",
    text="An intervention goes before any offer",
)
NO_SCORE = Rule(
    id="policy.no_score",
    source="House rule D6",
    text="Without a score nothing is offered",
)
BEST = Rule(
    id="policy.best",
    source="House rule A3; the catalogue of offers",
    text="Ranks first by what it is expected to add after its cost",
)
EXPLORED = Rule(
    id="policy.explored",
    source="Exploration floor of the policy",
    text="Drawn to learn, though another action ranks first",
)
RULES = (INTERVENTION_FIRST, NO_SCORE, BEST, EXPLORED)


def decide(state: PlayerState) -> Decision:
    """The one next action for a player, or none, with everything that led to it."""
    assessed, intervention = assess(state), due_intervention(state)
    if intervention is not None:
        return _intervening(state, assessed, intervention)
    if isinstance(assessed, Protected):
        return _nothing(state, assessed.reasons, protected=True)
    churn = None if state.not_scored else _churn(state)
    if churn is None:
        why = NO_SCORE.says(state.not_scored or f"no answer of the model {MODEL}")
        return _nothing(state, (why,), protected=False)
    return _chosen(assessed, churn)


def _intervening(
    state: PlayerState, assessed: Unprotected | Protected, intervention: Intervention
) -> Decision:
    closed = assessed.reasons if isinstance(assessed, Protected) else ()
    first = INTERVENTION_FIRST.says(intervention.action)
    return _decision(
        state,
        kind="intervention",
        chosen=Chance(action=intervention.action, probability=1.0),
        excluded=_all_excluded((first, *closed)),
        reasons=(first, *intervention.reasons, *closed),
        protected=bool(closed),
        channel=intervention.channel,
    )


def _nothing(state: PlayerState, reasons: tuple[Reason, ...], *, protected: bool) -> Decision:
    return _decision(
        state,
        kind="none",
        chosen=Chance(action=NO_OFFER, probability=1.0),
        excluded=_all_excluded(reasons),
        reasons=reasons,
        protected=protected,
    )


def _chosen(player: Unprotected, churn: float) -> Decision:
    state, eligible = player.state, eligible_offers(player, churn)
    best = _best(eligible, churn)
    ranked_first = NO_OFFER if best is None else best.id
    deterministic = outside_support(state)
    arms = [NO_OFFER, *(terms.id for terms in eligible.offers)]
    chances = distribution(arms, ranked_first, explore=deterministic is None)
    chance = drawn(chances, state.seed, state.decision_id)
    explored = chance.action != ranked_first
    why = BEST.says(_in_words(best, churn))
    if explored:
        why = EXPLORED.says(f"probability {chance.probability:.4f}, {ranked_first} ranks first")
    offer = _addressed(player, eligible, chance.action)
    return _decision(
        state,
        kind="none" if offer is None else "offer",
        chosen=chance,
        chances=chances,
        excluded=eligible.excluded,
        reasons=(why, *([deterministic] if deterministic else []), *eligible.reasons),
        explored=explored,
        channel=None if offer is None else offer.channel,
    )


def _churn(state: PlayerState) -> float | None:
    """The model's probability of leaving; None if there is no answer that is one."""
    for score in state.scores:
        if score.model_id == MODEL and 0.0 <= score.probability <= 1.0:
            return score.probability
    return None


def _best(eligible: Eligibility, churn: float) -> OfferTerms | None:
    """The first offer of those that add most; None if none adds anything."""
    best = max(eligible.offers, key=lambda terms: terms.expected_minor(churn), default=None)
    return best if best is not None and best.expected_minor(churn) > 0 else None


def _in_words(best: OfferTerms | None, churn: float) -> str:
    if best is None:
        return f"{NO_OFFER}, as no eligible offer adds anything at a probability of {churn:.4f}"
    worth, cost = (written(minor, best.currency) for minor in (best.worth_minor, best.cost_minor))
    added = written(round(best.expected_minor(churn)), best.currency)
    return f"{best.id} adds {added}: {churn:.4f} to leave, {worth} if kept, {cost} spent"


def _addressed(player: Unprotected, eligible: Eligibility, action: str) -> Offer | None:
    for terms in eligible.offers:
        if terms.id == action:
            return Offer(player, terms)
    return None


def _all_excluded(reasons: tuple[Reason, ...]) -> tuple[Excluded, ...]:
    ids = tuple(dict.fromkeys(reason.rule_id for reason in reasons))
    return tuple(Excluded(action=terms.id, rule_ids=ids) for terms in CATALOGUE)


def _decision(
    state: PlayerState,
    *,
    kind: ActionKind,
    chosen: Chance,
    excluded: tuple[Excluded, ...],
    reasons: tuple[Reason, ...],
    chances: tuple[Chance, ...] = (),
    explored: bool = False,
    protected: bool = False,
    channel: str | None = None,
) -> Decision:
    """The record; without chances the chosen action was the only one."""
    chances = chances or (chosen,)
    return Decision(
        decision_id=state.decision_id,
        player_id=state.player_id,
        at_us=state.at_us,
        policy_version=POLICY_VERSION,
        kind=kind,
        action=chosen.action,
        action_probability=chosen.probability,
        distribution=chances,
        eligible=tuple(chance.action for chance in chances),
        excluded=excluded,
        reasons=reasons,
        explored=explored,
        protected=protected,
        channel=channel,
        valid_until_us=state.at_us + VALID_US,
    )


POLICY_VERSION = policy_version()
"""Stands in every decision, so that a replay knows what it was decided by."""
