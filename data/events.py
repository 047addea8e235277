"""The event contract: the union of all types of event, each defined with its family."""

from typing import get_args

from data.event import Event
from data.operator_events import (
    Message,
    OfferDecision,
    RgFlag,
    RgIntervention,
    RgReview,
    RgScore,
)
from data.play_events import (
    BingoTicket,
    Bonus,
    CasinoRound,
    Deposit,
    GameLaunched,
    PaymentsDaily,
    PlayDaily,
    PokerPlay,
    SportsBet,
    WalletLoad,
    Withdrawal,
)
from data.player_events import (
    AffordabilityCheck,
    Consent,
    Exclusion,
    Limit,
    PersonLinked,
    PlayerKycChanged,
    PlayerProfileChanged,
    PlayerRegistered,
    PlayerStatusChanged,
    SessionEnded,
    SessionStarted,
    SupportContact,
)

AnyEvent = (
    PlayerRegistered | PlayerProfileChanged | PlayerKycChanged | PlayerStatusChanged
    | SessionStarted | SessionEnded | Deposit | Withdrawal | WalletLoad
    | CasinoRound | SportsBet | PokerPlay | BingoTicket | PlayDaily | PaymentsDaily | GameLaunched
    | Bonus | Limit | Exclusion | Consent | PersonLinked | SupportContact | AffordabilityCheck
    | Message | OfferDecision | RgScore | RgFlag | RgIntervention | RgReview
)  # fmt: skip
"""Any event of the contract, told apart by ``event_type``."""

EVENT_TYPES: dict[str, type[Event]] = {
    str(struct.__struct_config__.tag): struct for struct in get_args(AnyEvent)
}
"""Event type → the struct that defines it."""
