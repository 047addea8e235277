"""Where a feature store keeps its files: one folder, the place."""

from pathlib import Path


def registry_path(place: Path) -> Path:
    """Feast's registry, unless it is a database elsewhere."""
    return place / "registry.sqlite"


def feature_rows_path(place: Path) -> Path:
    """Feature rows that the offline store joins from."""
    return place / "feature_rows.parquet"


def online_tiles_path(place: Path) -> Path:
    """Tile state that the online store reads."""
    return place / "online.sqlite"


def live_log_path(place: Path) -> Path:
    """Events that arrived live and aren't in the Parquet log yet, and the ids of all."""
    return place / "live.sqlite"
