"""What the simulator can tell, whether or not a short run happens to show it."""

from collections.abc import Iterator

_TOLD = {
    "bonus": (
        "amount bonus_id bonus_type campaign_id product state turned_real user_bonus_id "
        "wagering_multiple wagering_remaining",
        "claimed completed expired forfeited",
    ),
    "casino.round": (
        "balance_after game_id game_type provider round_id rtp stake_bonus stake_real state "
        "win_bonus win_real",
        "rolled_back settled",
    ),
    "consent": ("channel consent_source granted product purpose text_version", ""),
    "decision.nbo": ("action action_probability decision_id holdout policy_version", ""),
    "deposit": (
        "amount balance_after decline_code method payment_id psp status",
        "approved cancelled declined",
    ),
    "exclusion": (
        "checked_at effective_from exclusion_kind register until",
        "register reinstatement self_exclusion timeout",
    ),
    "limit": (
        "action amount effective_at limit_id limit_kind period",
        "decrease increase_effective increase_requested reached removed set",
    ),
    "message": (
        "campaign_id channel message_id purpose state suppress_reason",
        "clicked opened sent suppressed unsubscribed",
    ),
    "person.linked": ("evidence", ""),
    "player.kyc_changed": ("initiator status", "failed pending verified"),
    "player.registered": (
        "account_currency affiliate_ref birth_date channel country language sex timezone",
        "",
    ),
    "player.status_changed": ("initiator reason_code status", "closed"),
    "rg.intervention": ("automated method template_version", ""),
    "session.ended": ("balance duration_s end_reason", ""),
    "session.started": ("balance", ""),
    "sports.bet": (
        "balance_after bet_id bet_type live odds payout payout_from_free_bet stake_bonus "
        "stake_real state",
        "placed settled voided",
    ),
    "support.contact": ("channel third_party ticket_id topic", ""),
    "withdrawal": ("amount method payment_id status", "cancelled_by_player paid requested"),
}
"""Event type → its payload fields, and the states that are told apart."""


def _tokens() -> Iterator[str]:
    for event_type, (fields, states) in _TOLD.items():
        yield event_type
        yield f"{event_type}.utc_offset_minutes"
        yield from (f"{event_type}.{field}" for field in fields.split())
        yield from (f"{event_type}:{state}" for state in states.split())


COVERAGE = frozenset(_tokens())
"""Tokens for ``Source.coverage``."""
