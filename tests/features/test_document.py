from pathlib import Path

from features.document import render


def test_the_feature_page_says_what_the_catalogue_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "features.md"
    assert page.read_text() == render(), "run python -m features.document"
