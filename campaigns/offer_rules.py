"""Rules of a jurisdiction about offers: what may not be offered there, or not to this player."""

from campaigns.amounts import Amounts, check_amounts, written
from campaigns.catalogue import OfferTerms
from campaigns.feature_values import feature_value
from campaigns.player_state import PlayerState
from campaigns.rule import DatedRule

FEATURES_OF_OFFER_RULES = (
    "stake_sum_lifetime",
    "bonus_claimed_count_90d",
    "days_since_last_activity",
)


class NoBonus(DatedRule, frozen=True, kw_only=True, tag="no_bonus"):
    """Nothing that has a price is offered."""

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        return f"jurisdiction {state.jurisdiction}" if terms.paid else None


class MaxWagering(DatedRule, frozen=True, kw_only=True, tag="max_wagering"):
    """A bonus may be tied to so many times its amount in stakes."""

    multiple: int

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        if terms.wagering_multiple > self.multiple:
            return f"{terms.id} asks for {terms.wagering_multiple}×, above {self.multiple}×"
        return None


class SingleProduct(DatedRule, frozen=True, kw_only=True, tag="single_product"):
    """What is asked for and what is given are one product."""

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        if terms.qualifying_product not in (None, terms.product):
            return f"{terms.id} asks for {terms.qualifying_product} and gives {terms.product}"
        return None


class MaxValue(DatedRule, frozen=True, kw_only=True, tag="max_value"):
    """The most that one offer may give; an offer in another currency can't be shown to be below."""

    amounts: Amounts

    def __post_init__(self) -> None:
        super().__post_init__()
        check_amounts(self.amounts)

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        if not terms.paid:
            return None
        given, limit = written(terms.value_minor, terms.currency), self.amounts.get(terms.currency)
        if limit is None:
            return f"{terms.id} gives up to {given}, and no limit is stated in {terms.currency}"
        if terms.value_minor > limit:
            return f"{terms.id} gives up to {given}, above {written(limit, terms.currency)}"
        return None


class MinValidity(DatedRule, frozen=True, kw_only=True, tag="min_validity"):
    """A bonus can be used for at least so many days."""

    days: int

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        if terms.paid and terms.valid_days < self.days:
            return f"{terms.id} is valid for {terms.valid_days} days, under {self.days}"
        return None


class FirstPlayOnly(DatedRule, frozen=True, kw_only=True, tag="first_play_only"):
    """A bonus only before the first stake with the licensee; unknown counts as played."""

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        if not terms.paid:
            return None
        staked = feature_value(state, "stake_sum_lifetime")
        claimed = feature_value(state, "bonus_claimed_count_90d")
        if staked == 0 and not claimed:
            return None
        return "first stake unknown" if staked is None else "the player has played before"


class ActivePlayersOnly(DatedRule, frozen=True, kw_only=True, tag="active_players_only"):
    """Nothing is promoted to those who have stopped playing; unknown counts as stopped."""

    days: int

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        silent = feature_value(state, "days_since_last_activity")
        if silent is None:
            return "last activity unknown"
        return None if silent < self.days else f"silent for {silent:g} days, limit {self.days}"


class MinAge(DatedRule, frozen=True, kw_only=True, tag="min_age"):
    """No promotion to young adults."""

    years: int

    def forbids(self, terms: OfferTerms, state: PlayerState) -> str | None:
        """Why the offer may not be made to the player, or None."""
        if state.age_years is not None and state.age_years >= self.years:
            return None
        return f"age {state.age_years}, under {self.years}"


OfferRule = (
    NoBonus | MaxWagering | SingleProduct | MaxValue | MinValidity
    | FirstPlayOnly | ActivePlayersOnly | MinAge
)  # fmt: skip
