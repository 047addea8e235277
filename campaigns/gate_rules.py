"""Rules of a jurisdiction about the person: who may be addressed at all, and by which consent."""

from campaigns.moments import HOUR_US, within, written
from campaigns.player_state import PlayerState
from campaigns.rule import DatedRule


class LegalAge(DatedRule, frozen=True, kw_only=True, tag="legal_age"):
    """No offer to anybody younger; unknown age is a gate of its own."""

    years: int

    def closes(self, state: PlayerState) -> str | None:
        """Why nothing may be offered, or None."""
        if state.age_years is not None and state.age_years < self.years:
            return f"age {state.age_years}, under {self.years}"
        return None


class ReturnWait(DatedRule, frozen=True, kw_only=True, tag="return_wait"):
    """Nothing is offered for some hours after an exclusion was lifted."""

    hours: int

    def closes(self, state: PlayerState) -> str | None:
        """Why nothing may be offered, or None."""
        returned = state.returned_us
        if returned is not None and within(returned, state.at_us, self.hours * HOUR_US):
            return f"returned {written(returned)}, less than {self.hours} hours ago"
        return None


class ConsentPerProduct(DatedRule, frozen=True, kw_only=True, tag="consent_per_product"):
    """A consent to every product at once counts for none of them."""


GateRule = LegalAge | ReturnWait
