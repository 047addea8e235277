from pathlib import Path

from data.document import render


def test_the_event_page_says_what_the_contract_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "events.md"
    assert page.read_text() == render(), "run python -m data.document"


def test_each_kind_of_field_is_told_in_words() -> None:
    rows = set(render().splitlines())
    assert {
        "| `event_id` | text | required | 1 to 128 characters |",
        "| `ingested_at` | moment | set by ingestion | any |",
        "| `win_real` | amount | `0` | 0 to 2^53 |",
        "| `balance_after` | amount | absent | 0 to 2^53 |",
        "| `legs` | JSON | absent | any |",
        "| `odds` | number | absent | at least 1 |",
        "| `action_probability` | number | required | 0 to 1 |",
        "| `purpose` | text | `marketing` | `marketing`, `profiling` |",
        "| `currency` | text | absent | `^[A-Z]{3}$` |",
    } <= rows
