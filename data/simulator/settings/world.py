"""The one object that holds every parameter of the simulated world."""

from dataclasses import dataclass, field

from data.simulator.settings.harm import HarmSettings
from data.simulator.settings.offers import (
    InfluenceSettings,
    InterventionSettings,
    LoggingPolicySettings,
)  # fmt: skip
from data.simulator.settings.operator import (
    DeliverySettings,
    ExchangeSettings,
    MessageSettings,
    ProtectionSettings,
)  # fmt: skip
from data.simulator.settings.people import EngagementSettings, PopulationSettings
from data.simulator.settings.play import (
    BonusSettings,
    CasinoSettings,
    PaymentSettings,
    SessionSettings,
    SportsSettings,
)  # fmt: skip
from data.simulator.settings.truth import WorthSettings


@dataclass(frozen=True)
class WorldSettings:
    """What can be turned, each with its unit and meaning where it is defined.

    Lists of names with their shares (devices, games, decline codes, markets) stand beside the
    names.
    """

    population: PopulationSettings = field(default_factory=PopulationSettings)
    engagement: EngagementSettings = field(default_factory=EngagementSettings)
    harm: HarmSettings = field(default_factory=HarmSettings)
    sessions: SessionSettings = field(default_factory=SessionSettings)
    casino: CasinoSettings = field(default_factory=CasinoSettings)
    sports: SportsSettings = field(default_factory=SportsSettings)
    payments: PaymentSettings = field(default_factory=PaymentSettings)
    bonuses: BonusSettings = field(default_factory=BonusSettings)
    protection: ProtectionSettings = field(default_factory=ProtectionSettings)
    messages: MessageSettings = field(default_factory=MessageSettings)
    influence: InfluenceSettings = field(default_factory=InfluenceSettings)
    interventions: InterventionSettings = field(default_factory=InterventionSettings)
    logging_policy: LoggingPolicySettings = field(default_factory=LoggingPolicySettings)
    worth: WorthSettings = field(default_factory=WorthSettings)
    exchange: ExchangeSettings = field(default_factory=ExchangeSettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
