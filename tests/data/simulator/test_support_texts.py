"""Texts of contacts: each from its language and topic, whole, and the same for the same luck."""

import re
import shutil
from collections import Counter
from itertools import product
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from data.player_events import SupportContact
from data.simulator.support_texts import texts
from data.simulator.support_texts.texts import LANGUAGES, SUBJECTS, TOPICS, read_texts, texts_of

FOLDER = Path(texts.__file__).parent
FEWEST = 8
FILES = {
    code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf8")) for code in LANGUAGES
}
KINDS = tuple(product(range(len(LANGUAGES)), range(len(SUBJECTS))))
CONTACT = st.tuples(
    st.sampled_from(range(len(LANGUAGES))),
    st.sampled_from(range(len(SUBJECTS))),
    st.floats(0, 1, exclude_max=True),
)


def written(contacts: list[tuple[int, int, float]]) -> list[str]:
    language, topic, luck = (np.array(column) for column in zip(*contacts, strict=True))
    chosen: list[str] = texts_of(language, topic, luck, topics=SUBJECTS).tolist()
    return chosen


def many(language: int, topic: int, count: int = 5000) -> list[str]:
    """Texts of one language and topic, by lucks that lie evenly."""
    return written([(language, topic, (place + 0.5) / count) for place in range(count)])


def patterns(language: int, topic: int) -> list[re.Pattern[str]]:
    """What each template may become, told apart from how the module fills it."""
    file = FILES[LANGUAGES[language]]
    return [
        re.compile(
            "".join(
                f"(?:{'|'.join(map(re.escape, file['slots'][part[1:-1]]))})"
                if part.startswith("{")
                else re.escape(part)
                for part in re.split(r"(\{\w+\})", template)
            )
        )
        for template in file["topics"][SUBJECTS[topic]]
    ]


def changed(folder: Path, code: str, old: str, new: str) -> Path:
    """A copy of all files with one piece of one of them exchanged."""
    for path in FOLDER.glob("*.yaml"):
        shutil.copy(path, folder)
    file = folder / f"{code}.yaml"
    content = file.read_text(encoding="utf8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf8")
    return folder


def test_every_topic_of_the_event_contract_has_texts() -> None:
    assert set(TOPICS) == set(get_args(get_type_hints(SupportContact)["topic"]))


@pytest.mark.parametrize(("language", "topic"), KINDS)
def test_every_language_and_topic_has_enough_different_texts(language: int, topic: int) -> None:
    found = patterns(language, topic)
    assert len({pattern.pattern for pattern in found}) == len(found) >= FEWEST


@pytest.mark.parametrize(("language", "topic"), KINDS)
def test_luck_that_lies_evenly_spreads_evenly_over_the_templates(language: int, topic: int) -> None:
    count = 1000
    texts_found = many(language, topic, count)
    found = patterns(language, topic)
    used = Counter(
        pattern.pattern for text in texts_found for pattern in found if pattern.fullmatch(text)
    )
    assert sum(used.values()) == count
    assert all(abs(used[pattern.pattern] - count / len(found)) <= 1 for pattern in found)


@given(st.lists(CONTACT, min_size=1, max_size=50))
def test_the_same_luck_gives_the_same_text_whoever_else_writes(
    contacts: list[tuple[int, int, float]],
) -> None:
    assert written(contacts) == [written([contact])[0] for contact in contacts]


@given(CONTACT)
def test_a_text_is_a_template_of_its_language_and_topic_with_every_slot_filled(
    contact: tuple[int, int, float],
) -> None:
    language, topic, _ = contact
    [text] = written([contact])
    assert sum(pattern.fullmatch(text) is not None for pattern in patterns(language, topic)) == 1


@pytest.mark.parametrize(("language", "topic"), KINDS)
def test_no_text_contains_a_brace_or_a_needless_space(language: int, topic: int) -> None:
    found = set(many(language, topic))
    assert [text for text in found if set("{}") & set(text)] == []
    assert [text for text in found if text != " ".join(text.split())] == []


def test_the_least_and_the_greatest_luck_give_the_first_and_the_last_text() -> None:
    greatest = float(np.nextafter(1, 0))
    for language, topic in KINDS:
        first, last = written([(language, topic, 0.0), (language, topic, greatest)])
        assert patterns(language, topic)[0].fullmatch(first)
        assert patterns(language, topic)[-1].fullmatch(last)


@pytest.mark.parametrize("topic", range(len(SUBJECTS)), ids=SUBJECTS)
def test_texts_of_one_topic_differ_between_languages(topic: int) -> None:
    owners = Counter(
        text for language in range(len(LANGUAGES)) for text in set(many(language, topic))
    )
    assert max(owners.values()) == 1


@pytest.mark.parametrize("language", range(len(LANGUAGES)), ids=LANGUAGES)
def test_texts_of_one_language_differ_between_topics(language: int) -> None:
    owners = Counter(text for topic in range(len(SUBJECTS)) for text in set(many(language, topic)))
    assert max(owners.values()) == 1


@pytest.mark.parametrize(
    ("code", "money"),
    [
        ("en", r"[\d,]+k?"),
        ("sv", r"[\d ]+(?:kr|kronor|lax)"),
        ("da", r"[\d.]+ ?(?:kr|kroner)"),
        ("nl", r"€ ?[\d.]+|\d+ euro"),
        ("de", r"[\d.]+ ?€|[\d.]+ Euro"),
        ("fi", r"[\d ]+ €|\d+e|\d+ euroa"),
    ],
)
def test_amounts_are_written_as_where_the_language_is_spoken(code: str, money: str) -> None:
    amounts = [*FILES[code]["slots"]["amount"], *FILES[code]["slots"]["large_amount"]]
    assert [amount for amount in amounts if not re.fullmatch(money, amount)] == []


def test_a_caller_may_count_languages_by_market_and_topics_in_its_own_order() -> None:
    markets = ("sv", "en", "en", "fi")
    own_order = TOPICS[::-1]
    codes, luck = np.array([0, 1, 2, 3]), np.array([0.1, 0.4, 0.4, 0.9])
    found = texts_of(codes, codes, luck, languages=markets, topics=own_order)
    language = np.array([LANGUAGES.index(code) for code in markets])
    topic = np.array([TOPICS.index(name) for name in own_order])[codes]
    assert found.tolist() == texts_of(language, topic, luck).tolist()


def test_no_contacts_have_no_texts() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert texts_of(nobody, nobody, np.zeros(0)).tolist() == []


def test_an_unknown_language_code_or_luck_is_refused() -> None:
    one, luck = np.array([0]), np.array([0.5])
    with pytest.raises(ValueError, match="no texts for 'fr'"):
        texts_of(one, one, luck, languages=("fr",))
    with pytest.raises(ValueError, match="from 0 to 5"):
        texts_of(np.array([-1]), one, luck)
    with pytest.raises(ValueError, match="from 0 to 4"):
        texts_of(one, np.array([5]), luck)
    for outside in (-0.1, 1.0, float("nan")):
        with pytest.raises(ValueError, match="a luck"):
            texts_of(one, one, np.array([outside]))


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    folder = changed(tmp_path, "fi", "eilen", "eilen")
    (folder / "fi.yaml").unlink()
    with pytest.raises(ValueError, match=r"no texts in 'fi': .*fi\.yaml is missing"):
        read_texts(folder)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\n  payment:", "\n  payments:", "no texts for payment: add"),
        ("\ntopics:", "\ntopics:\n  weather: [Rain.]", "no such topic: weather"),
        ("on {game}", "on {gmae}", "no words for 'gmae'"),
        ("on {game}", "on {game", "a brace that belongs to no slot"),
        ("[yesterday,", '["{days} days ago",', "a brace that belongs to no slot"),
        ('"2", "3"', "2, 3", r"Expected `str`, got `int` - at `\$\.slots\[\.\.\.\]\[0\]`"),
        ("\nslots:", "\nslot:", "unknown field `slot`"),
        ("amount: [", "amount: []\n  spare: [", "Expected `array` of length >= 1"),
        ("\nslots:", "\nslots: [", "while parsing"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_its_fault(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(ValueError, match=rf"(?s)en\.yaml: .*{told}"):
        read_texts(changed(tmp_path, "en", old, new))
