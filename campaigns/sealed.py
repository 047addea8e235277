"""Values that nobody makes but their maker, and nobody changes, copies or unpickles.

A copy or a pickle would carry a judgement to where it was never passed.
"""

from typing import Any, NoReturn


class Sealed:
    """Base of such values; subclasses name their attributes in ``__slots__``."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} can't be changed: decide again instead")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(f"{type(self).__name__} can't be changed: decide again instead")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} can't be copied or pickled: decide again instead")


def fill(value: Sealed, **attributes: object) -> None:
    """Set the attributes of a value that is being made."""
    for name, attribute in attributes.items():
        object.__setattr__(value, name, attribute)
