"""What customers write to support: a text for each contact, by its language, topic and luck."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

LANGUAGES = ("en", "sv", "da", "nl", "de", "fi")
TOPICS = ("other", "payment", "bonus_request", "complaint", "rg_disclosure")
BY_ANOTHER = "rg_disclosure_by_another"
SUBJECTS = (*TOPICS, BY_ANOTHER)
"""The topics, and what somebody close to the player writes of their gambling."""


_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(\w+)\}")
_Words = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


def texts_of(
    language: Ints,
    topic: Ints,
    luck: Floats,
    languages: Sequence[str] = LANGUAGES,
    topics: Sequence[str] = TOPICS,
) -> Texts:
    """What each customer writes; the same input gives the same text.

    Parameters
    ----------
    language, topic
        Shape (n,): places in ``languages`` and ``topics``.
    luck
        Shape (n,): from 0 up to but without 1. If uniform, then so are the templates of a language
        and topic, and the ways to fill the slots of each.
    languages, topics
        Codes of ``LANGUAGES`` and ``SUBJECTS`` in the caller's own order; one may come twice, so
        that a caller can count by market.

    Returns
    -------
    Texts
        Shape (n,): one ``str`` each.

    Raises
    ------
    ValueError
        If a name, a place or a luck is none of these.

    Examples
    --------
    >>> texts_of(np.array([1]), np.array([0]), np.array([0.0])).tolist()
    ['Hur byter jag mejladress?']
    """
    if not np.all((luck >= 0) & (luck < 1)):
        raise ValueError("a luck is from 0 up to but without 1")
    of_language = _places(language, languages, LANGUAGES)
    of_topic = _places(topic, topics, SUBJECTS)
    return _shipped().choose(of_language * len(SUBJECTS) + of_topic, luck)


@dataclass(frozen=True)
class TextTable:
    """Every text with its slots filled in every way, laid end to end.

    Attributes
    ----------
    texts
        Shape (texts,), by language, subject and template.
    templates
        Shape (languages · subjects + 1,): first template of each language and subject; then the
        count.
    fillings
        Shape (templates + 1,): first text of each template; then the count of all texts.
    """

    texts: Texts
    templates: Ints
    fillings: Ints

    def choose(self, kind: Ints, luck: Floats) -> Texts:
        """A text for each ``kind``, which is language · subjects + subject."""
        template, rest = _pick(self.templates, kind, luck)
        text, _ = _pick(self.fillings, template, rest)
        return self.texts[text]


class _Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language's file."""

    slots: dict[str, _Words]
    """Slot → what may stand in its place."""

    topics: dict[str, _Words]
    """Subject → templates."""

    def __post_init__(self) -> None:
        if missing := [topic for topic in SUBJECTS if topic not in self.topics]:
            raise ValueError(f"no texts for {', '.join(missing)}: add them under topics")
        if unknown := [topic for topic in self.topics if topic not in SUBJECTS]:
            known = ", ".join(SUBJECTS)
            raise ValueError(f"no such topic: {', '.join(unknown)}; topics are {known}")
        templates = [template for topic in SUBJECTS for template in self.topics[topic]]
        for template in templates:
            if unknown := [slot for slot in _SLOT.findall(template) if slot not in self.slots]:
                raise ValueError(f"{template!r}: no words for {unknown[0]!r}: add them under slots")
        words = [word for words in self.slots.values() for word in words]
        for text in [*words, *(_SLOT.sub("", template) for template in templates)]:
            if "{" in text or "}" in text:
                raise ValueError(f"{text!r}: a brace that belongs to no slot; remove it")

    def filled(self, topic: str) -> list[list[str]]:
        """Each template of a topic, filled in every way."""
        return [self._filled(template) for template in self.topics[topic]]

    def _filled(self, template: str) -> list[str]:
        texts = [template]
        for slot in sorted(set(_SLOT.findall(template))):
            words = self.slots[slot]
            texts = [text.replace(f"{{{slot}}}", word) for text, word in product(texts, words)]
        return texts


def read_texts(folder: Path) -> TextTable:
    """The texts of a folder with one file for each language.

    Raises
    ------
    ValueError
        If a language or a topic is missing, a slot has no words or a file has another form; the
        message names file, place and remedy.
    """
    filled = [texts for code in LANGUAGES for texts in _texts_per_topic(folder / f"{code}.yaml")]
    templates = [template for texts in filled for template in texts]
    return TextTable(
        np.array([text for fillings in templates for text in fillings], dtype=np.object_),
        _starts([len(texts) for texts in filled]),
        _starts([len(fillings) for fillings in templates]),
    )


def _texts_per_topic(path: Path) -> list[list[list[str]]]:
    try:
        language = msgspec.yaml.decode(path.read_bytes(), type=_Language)
    except FileNotFoundError:
        raise ValueError(f"no texts in {path.stem!r}: {path} is missing") from None
    except msgspec.DecodeError as fault:
        raise ValueError(f"{path}: {fault}") from None
    return [language.filled(topic) for topic in SUBJECTS]


@cache
def _shipped() -> TextTable:
    return read_texts(_FOLDER)


def _starts(counts: list[int]) -> Ints:
    return np.array([0, *accumulate(counts)], dtype=np.int64)


def _pick(starts: Ints, group: Ints, luck: Floats) -> tuple[Ints, Floats]:
    """An element of each row's group, and the luck that this leaves: uniform again, below 1."""
    position = luck * (starts[group + 1] - starts[group])
    place = position.astype(np.int64)
    return starts[group] + place, position - place


def _places(codes: Ints, names: Sequence[str], known: tuple[str, ...]) -> Ints:
    """Codes into ``names`` as codes into ``known``."""
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no texts for {unknown[0]!r}: there are some for {', '.join(known)}")
    if not np.all((codes >= 0) & (codes < len(names))):
        raise ValueError(f"a code is a place in {', '.join(names)}, from 0 to {len(names) - 1}")
    return np.array([known.index(name) for name in names], dtype=np.int64)[codes]
