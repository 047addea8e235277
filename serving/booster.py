"""A LightGBM booster for prediction only, through LightGBM's C interface.

The Python package imports pandas and scikit-learn, seconds and a hundred megabytes that answering
needs nothing of. The interface is documented at
https://lightgbm.readthedocs.io/en/stable/C-API.html.
"""

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from weakref import finalize

import numpy as np

from features.manifest import Floats
from serving.errors import ServingError

_FLOAT64: Final = 1
_ROW_MAJOR: Final = 1
_RAW: Final = 1
_CONTRIBUTIONS: Final = 3
_ALL_TREES: Final = (0, -1)
_ONE_THREAD: Final = b"num_threads=1"
"""More threads make one row slower: they wait for one another."""
_LONGEST_NAME: Final = 256


class BoosterUnreadable(ServingError):
    """A file that LightGBM can't read as a booster of one output."""


class Booster:
    """A booster read from LightGBM's text format. May be asked from several threads at once."""

    def __init__(self, file: Path) -> None:
        handle = ctypes.c_void_p()
        iterations = ctypes.c_int()
        _call(
            "LGBM_BoosterCreateFromModelfile",
            str(file).encode(),
            ctypes.byref(iterations),
            ctypes.byref(handle),
        )
        self._handle = handle
        finalize(self, _call, "LGBM_BoosterFree", handle)
        if self._count("LGBM_BoosterGetNumClasses") != 1:
            raise BoosterUnreadable(f"{file.name} has several outputs, one is served")
        self.feature_names = self._names(self._count("LGBM_BoosterGetNumFeature"))

    def margins(self, values: Floats) -> Floats:
        """Log-odds, shape (n,), of rows in the order of ``feature_names``, shape (n, features)."""
        return self._predict(values, _RAW, 1)[:, 0]

    def contributions(self, values: Floats) -> Floats:
        """Exact TreeSHAP values, shape (n, features + 1); the last column is the expected margin.

        References
        ----------
        Lundberg et al., "From local explanations to global understanding with explainable AI for
        trees", 2020.
        """
        return self._predict(values, _CONTRIBUTIONS, len(self.feature_names) + 1)

    def _predict(self, values: Floats, kind: int, width: int) -> Floats:
        rows = np.ascontiguousarray(values, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.feature_names):
            raise ValueError(
                f"rows of shape (n, {len(self.feature_names)}) were expected, not {rows.shape}"
            )
        answers = np.empty((len(rows), width))
        written = ctypes.c_int64()
        _call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            ctypes.c_void_p(rows.ctypes.data),
            _FLOAT64,
            *rows.shape,
            _ROW_MAJOR,
            kind,
            *_ALL_TREES,
            _ONE_THREAD,
            ctypes.byref(written),
            ctypes.c_void_p(answers.ctypes.data),
        )
        return answers

    def _count(self, name: str) -> int:
        count = ctypes.c_int()
        _call(name, self._handle, ctypes.byref(count))
        return count.value

    def _names(self, count: int) -> tuple[str, ...]:
        names = [ctypes.create_string_buffer(_LONGEST_NAME) for _ in range(count)]
        filled, longest = ctypes.c_int(), ctypes.c_size_t()
        _call(
            "LGBM_BoosterGetFeatureNames",
            self._handle,
            count,
            ctypes.byref(filled),
            ctypes.c_size_t(_LONGEST_NAME),
            ctypes.byref(longest),
            (ctypes.c_void_p * count)(*(ctypes.addressof(name) for name in names)),
        )
        return tuple(name.value.decode() for name in names)


@cache
def _library() -> ctypes.CDLL:
    """LightGBM's library out of the installed package, which itself stays unimported."""
    package = find_spec("lightgbm")
    folder = Path(package.origin).parent / "lib" if package and package.origin else Path()
    found = sorted(folder.glob("lib_lightgbm.*"))
    if not found:
        raise BoosterUnreadable(
            "LightGBM's library isn't installed: install the versions of the lock file"
        )
    library = ctypes.CDLL(str(found[0]))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library


def _call(name: str, *arguments: object) -> None:
    library = _library()
    if getattr(library, name)(*arguments) != 0:
        raise BoosterUnreadable(library.LGBM_GetLastError().decode())
