"""A page holds what strangers wrote as text, and nothing of it runs."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from data.closed_page import closed_page, heading, paragraph, table


class _Reader(HTMLParser):
    """Tags and texts of a page's body."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_cell = tag == "td"
        if self._in_cell:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[-1] += data


PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(st.lists(PLAIN, min_size=1, max_size=4))
def test_whatever_a_text_holds_it_is_read_back_as_text(texts: list[str]) -> None:
    reader = _Reader()
    reader.feed(closed_page(texts[0], [heading(texts[0]), table(["a"] * len(texts), [texts])]))
    reader.close()
    assert reader.cells == texts
    assert reader.tags == {
        "html", "head", "meta", "title", "style", "body", "h1", "h2",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip


def test_marked_rows_are_marked() -> None:
    assert table(["a"], [["1"], ["2"]], [False, True]).count('class="loud"') == 1
    assert paragraph("a < b") == "<p>a &lt; b</p>"
