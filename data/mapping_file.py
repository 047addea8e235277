"""Mapping files: YAML to a mapping that is known to fit the event contract.

Every scalar is read as the text that stands there (``NO`` is Norway and ``01`` keeps its nought),
so filters and value maps compare with a file's cells letter by letter.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from data.errors import DataError
from data.mapping import Mapping
from data.mapping_check import faults_of


class MappingError(DataError):
    """A mapping can't be used; the message lists every fault with its remedy."""

    def __init__(self, subject: object, faults: list[str]) -> None:
        count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{subject} has {count}:" + "".join(f"\n  - {fault}" for fault in faults))
        self.faults = faults


class _TextLoader(yaml.BaseLoader):
    """YAML with scalars as text, where a key may not come twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"{key!r} stands twice: keep one", problem_mark=node.start_mark
                )
        return super().construct_mapping(node, deep)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file and hold it against the event contract.

    Raises
    ------
    MappingError
        If the file is missing, isn't YAML, has unknown, missing or contradictory keys, or asks for
        what the contract doesn't have.
    """
    try:
        mapping = Mapping.model_validate(_load(path.read_text(encoding="utf8")))
    except OSError as fault:
        raise MappingError(path, [f"it can't be read ({fault.strerror}): check the path"]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise MappingError(path, [f"it is not YAML: {' '.join(str(fault).split())}"]) from None
    except ValidationError as fault:
        raise MappingError(path, [_in_words(error) for error in fault.errors()]) from None
    if faults := faults_of(mapping):
        raise MappingError(path, faults)
    return mapping


def _load(text: str) -> object:
    loader = _TextLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _in_words(error: Any) -> str:
    place = (
        ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
        or "the file"
    )
    if error["type"] == "extra_forbidden":
        return f"{place}: unknown key; remove it or correct its spelling"
    if error["type"] == "missing":
        return f"{place}: missing; state it"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
