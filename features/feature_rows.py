"""Feature rows of a Parquet file as one matrix."""

from pathlib import Path

import numpy as np
import polars as pl

from features.catalogue import FEATURE_NAMES
from features.drift import Floats
from features.rows import EntityError


def read_features(path: Path) -> tuple[tuple[str, ...], Floats]:
    """Names and values of the features that a file of ``features.build`` has.

    Returns
    -------
    Names, and values of shape (rows, names) with NaN where absent.

    Raises
    ------
    EntityError
        If the file can't be read or has no feature.
    """
    try:
        frame = pl.read_parquet(path, hive_partitioning=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise EntityError(
            f"{path} can't be read as Parquet ({str(fault).splitlines()[0]}): make it with "
            "features.build"
        ) from None
    names = tuple(name for name in frame.columns if name in set(FEATURE_NAMES))
    if not names:
        raise EntityError(f"{path} has no feature of the catalogue: make it with features.build")
    values = frame.select(pl.col(names).cast(pl.Float64).fill_null(np.nan)).to_numpy()
    return names, np.asarray(values)
