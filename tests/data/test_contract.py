import pyarrow as pa
import pytest

from data.contract import envelope_fields, fields_of
from data.events import EVENT_TYPES


def test_required_fields_are_those_without_a_default() -> None:
    required = [name for name, field in fields_of("withdrawal").items() if field.required]
    assert required == [
        "event_id", "player_id", "brand_id", "jurisdiction", "source",
        "occurred_at", "known_at", "ingested_at", "status", "amount",
    ]  # fmt: skip


def test_an_amount_is_a_non_negative_integer_within_what_redis_and_json_keep() -> None:
    amount = fields_of("deposit")["amount"]
    assert amount.money
    assert amount.arrow_type == pa.int64()
    assert (amount.minimum, amount.maximum) == (0, 2**53)


def test_choices_belong_to_the_event_type() -> None:
    assert "paid" in fields_of("withdrawal")["status"].choices
    assert "paid" not in fields_of("deposit")["status"].choices


def test_an_absent_amount_is_nought_only_where_the_contract_says_so() -> None:
    fields = fields_of("casino.round")
    assert fields["stake_bonus"].default == 0
    assert fields["balance_after"].default is None


def test_nested_values_are_json_text() -> None:
    legs = fields_of("sports.bet")["legs"]
    assert legs.nested
    assert legs.arrow_type == pa.string()
    assert not fields_of("sports.bet")["bet_id"].nested


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_every_event_type_has_the_whole_envelope_first(event_type: str) -> None:
    names = list(fields_of(event_type))
    assert names[: len(envelope_fields())] == list(envelope_fields())


def test_every_field_has_a_column_type_and_texts_have_bounds() -> None:
    for event_type in EVENT_TYPES:
        for field in fields_of(event_type).values():
            free = field.nested or field.choices or field.pattern or field.max_length
            assert field.arrow_type != pa.string() or free, (event_type, field.name)
