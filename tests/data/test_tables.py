import pyarrow as pa

from data.contract import envelope_fields, fields_of
from data.events import EVENT_TYPES
from data.tables import BASE_SUFFIX, event_schema, payload_fields


def test_every_field_of_every_event_type_has_a_column_of_its_type() -> None:
    schema = event_schema()
    for event_type in EVENT_TYPES:
        for name, field in fields_of(event_type).items():
            assert schema.field(name).type == field.arrow_type, (event_type, name)


def test_every_amount_stands_a_second_time_in_the_base_currency() -> None:
    amounts = {name for name, fields in payload_fields().items() if fields[0].money}
    base = {name for name in event_schema().names if name.endswith(BASE_SUFFIX)}
    assert {"amount", "stake_real", "payout", "rake"} <= amounts
    assert base - {"fx_to_base"} == {name + BASE_SUFFIX for name in amounts}


def test_only_what_every_event_must_have_is_not_nullable() -> None:
    firm = {field.name for field in event_schema() if not field.nullable}
    assert firm == {"event_type"} | {n for n, f in envelope_fields().items() if f.required}


def test_columns_are_unique() -> None:
    names = event_schema().names
    assert len(names) == len(set(names))
    assert event_schema().field("fx_to_base").type == pa.decimal128(18, 8)
