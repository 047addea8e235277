from pathlib import Path

import pytest

from data.mapping_file import MappingError, read_mapping
from tests.data.imports import MAPPING, changed, mapping_file, mapping_of

BOTH = "{column: state, values: {OK: approved, NO: declined}}"


def faults(folder: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(MappingError) as refused:
        mapping_of(folder, changed(*changes))
    assert all(fault in str(refused.value) for fault in refused.value.faults)
    return refused.value.faults


def test_a_sound_mapping_is_a_typed_object(tmp_path: Path) -> None:
    mapping = mapping_of(tmp_path)
    assert mapping.settings.base_currency == "EUR"
    assert mapping.rules[0].fields["status"].values == {"OK": "approved", "NO": "declined"}
    assert mapping.activity == ("deposit:approved",)


BETS = """
  - when: {kind: BET}
    event_type: sports.bet
    id_suffix: settled
    fields:
      state: {constant: settled}
      bet_id: {column: id}
      stake_real: {column: stake}
      payout: {column: win}
"""


def test_a_stake_that_would_never_count_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"stake_real of sports\.bet counts at placed or voided"):
        mapping_of(tmp_path, MAPPING + BETS)
    placed = BETS.replace("settled", "placed").replace("      payout: {column: win}\n", "")
    assert mapping_of(tmp_path, MAPPING + BETS + placed)
    assert mapping_of(tmp_path, MAPPING + BETS.replace("      stake_real: {column: stake}\n", ""))


def test_texts_stay_the_texts_that_are_written(tmp_path: Path) -> None:
    """YAML reads NO as false and 01 as 1; a mapping compares texts, so neither may happen."""
    written = ("{kind: DEP}", "{kind: [NO, 01, 1.0, null, true]}")
    condition = mapping_of(tmp_path, changed(written)).rules[0].when[0]["kind"]
    assert condition.among == ("NO", "01", "1.0", "null", "true")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("source: shop", "sauce: shop", "sauce: unknown key; remove it or correct its spelling"),
        ("source: shop\n", "", "source: missing; state it"),
        ("{column: amount}", "{colum: amount}", "rules.1.fields.amount.colum: unknown key"),
        ("{column: id}", "{column: id, constant: 1}", "fields.event_id: give exactly one of"),
        ("{column: id}", "{otherwise: x, column: id}", "otherwise needs values"),
        ("{constant: MT}", "{constant: MT, if_missing: GB}", "belong to a column"),
        ("{kind: DEP}", "{kind: {other_than: 1, not: x}}", "rules.1.when.1.kind: give a text"),
        ("ignore: true", "ignore: true\n    event_type: bonus", "has nothing else but when"),
        (
            "    ignore: true",
            "    ext: kind",
            "name the event_type, or say ignore: true or",
        ),
        ("{column: known}", "{delay: soon}", "write a whole number and s, m, h or d"),
        ("base_currency: EUR", "base_currency: XBT", "'XBT' is not an ISO 4217 code: use three"),
        ("Europe/Malta", "Europe/Valetta", "'Europe/Valetta' is not an IANA timezone"),
        ("rules:", "times: {format: epoch}\nrules:", "times.format: 'epoch' is no pattern"),
        ("rules:", "input: {delimiter: tab}\nrules:", "input.delimiter: 'tab' is not one"),
        ("rules:", "input: {encoding: utf9}\nrules:", "input.encoding: 'utf9' is unknown"),
        ("rules:", "times: {player_timezone: {constant: Mars}}\nrules:", "'Mars' is not an IANA"),
        ("event_type: deposit", "event_type: deposits", "did you mean 'deposit'?"),
        ("amount: {column", "amout: {column", "did you mean 'amount'?"),
        ("  player_id: {column: player}\n", "", "player_id is required: fill it under fields"),
        ("      amount: {column: amount}\n", "", "amount is required: fill it under fields"),
        ("player_id:", "amount: {column: amount}\n  player_id:", "not a field of the envelope"),
        ("player_id:", "source: {constant: x}\n  player_id:", "set by ingestion, not by a"),
        ("{constant: MT}", "{constant: Malta}", "'Malta' is not written as ^[A-Z]{2}"),
        (BOTH, "{constant: fine}", "'fine' is not a value of the contract: map it to one of"),
        ("NO: declined", "NO: refused", "'refused' is not a value of the contract"),
        ("{column: amount}", "{constant: ten}", "'ten' is no value of amount"),
        ("{column: amount}", "{constant: -1}", "'-1' is below 0"),
        ("{column: currency}", "{constant: BTC}", "'BTC' is not an ISO 4217 code"),
        ("{column: player}", "{key: [player]}", "key is for event_id alone"),
        ("{column: at}", "{delay: 1h}", "delay is for known_at alone"),
        ("{column: at}", '{constant: "2024-05-01T10:00:00Z"}', "events would not be told apart"),
        ("{column: player}", "{day: player}", "day is for moments alone"),
        ("{column: player}", "{column: player, negate: true}", "negate is for numbers alone"),
        ("{column: at}", "{column: at, unit: minor}", "unit is for amounts alone"),
        ("  currency: {column: currency}\n", "", "an amount needs its currency"),
        ("activity: deposit:approved", "activity: deposit:attempted", "no rule gives"),
        ("activity: deposit:approved", "activity: bet", "the rules give deposit, deposit:approved"),
        ("activity: deposit:approved", "activity: deposit.amount", "no rule gives"),
    ],
)
def test_a_fault_is_named_with_its_place_and_remedy(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    found = faults(tmp_path, (old, new))
    assert any(fault in one for one in found), found


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ("EUR", "EURO"),
        ("{constant: MT}", "{constant: Malta}"),
        ("event_type: deposit", "event_type: deposits"),
    )
    assert len(found) == 3


def test_a_constant_foreign_currency_needs_a_rate(tmp_path: Path) -> None:
    found = faults(
        tmp_path, ("{column: currency}", "{constant: SEK}"), ("  fx_to_base: {column: rate}\n", "")
    )
    assert found == [
        "rules.1.fields.currency: SEK is not the base currency EUR: fill fx_to_base under fields"
    ]


def test_two_events_of_one_row_need_ids_of_their_own(tmp_path: Path) -> None:
    second = "rules:\n  - event_type: session.started\n"
    assert "id_suffix" in faults(tmp_path, ("rules:\n", second))[0]
    suffixed = second + "    id_suffix: login\n"
    assert len(mapping_of(tmp_path, changed(("rules:\n", suffixed))).rules) == 3
    apart = second + "    when: {kind: [LOGIN, '']}\n"
    assert len(mapping_of(tmp_path, changed(("rules:\n", apart))).rules) == 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", "it is not YAML"),
        ("a: 1\na: 2", "'a' stands twice: keep one"),
        ("", "the file: "),
        ("- a", "the file: "),
    ],
)
def test_what_is_no_mapping_at_all_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(MappingError, match=fault):
        read_mapping(mapping_file(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="check the path"):
        read_mapping(tmp_path / "nowhere.yaml")
    with pytest.raises(MappingError, match="check the path"):
        read_mapping(tmp_path)


def test_the_example_of_the_documentation_is_a_sound_mapping(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "data/README.md").read_text()
    text = page.partition("```yaml\n")[2].partition("```")[0]
    mapping = mapping_of(tmp_path, text)
    assert mapping.input.delimiter == ";"
    assert len(mapping.event_rules) == 3
