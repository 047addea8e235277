"""Settings from the environment: the place the service reads from, and who may call it."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data.errors import told_plainly
from features.places import online_tiles_path
from serving.errors import RefusedToStart

PREFIX = "PLAYER_"

NOT_OURS = frozenset({"PLAYER_DATA"})
"""Variables of the same prefix that other parts of the project read."""

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
_DIGEST_OF_NOTHING = sha256(b"").hexdigest()


class Settings(BaseSettings):
    """Everything that changes with the place and nothing that changes a score.

    Attributes
    ----------
    place
        Folder with ``online.sqlite`` and, unless ``registry_uri`` names another, ``mlflow.db``.
    demo
        True lets anyone who reaches the port call without a key.
    api_keys
        SHA-256 hex digests of the keys, separated by commas: a leaked setting leaks no key.
    compliance_keys
        Digests of keys that may also see why a player is protected.
    decisions_url
        Database of decisions; by default SQLite in the place, else
        ``postgresql+psycopg://…``.
    registry_uri
        MLflow registry; by default SQLite in the place.
    model_alias
        Registry alias of the versions that are served.
    clock
        ``last_event`` answers as of just after the latest event, for data of the past.
    max_body_bytes
        Longest request body that is read.
    events
        False leaves the writing of events to another process on the same place.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    place: Path
    demo: bool = False
    api_keys: Annotated[frozenset[str], NoDecode] = frozenset()
    compliance_keys: Annotated[frozenset[str], NoDecode] = frozenset()
    decisions_url: str | None = None
    registry_uri: str | None = None
    model_alias: str = "champion"
    clock: Literal["wall", "last_event"] = "wall"
    max_body_bytes: int = Field(default=1 << 20, ge=1024)
    events: bool = True

    @field_validator("api_keys", "compliance_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip() for part in value.split(",") if part.strip())

    @field_validator("api_keys", "compliance_keys")
    @classmethod
    def _digests(cls, digests: frozenset[str]) -> frozenset[str]:
        if not all(_SHA256_HEX.fullmatch(digest) for digest in digests):
            raise ValueError(
                "each key stands as its SHA-256 digest, 64 lower-case hex digits; "
                'make one with: printf %s "$KEY" | sha256sum'
            )
        if _DIGEST_OF_NOTHING in digests:
            raise ValueError("one digest is that of an empty key: was $KEY set when it was made?")
        return digests

    @model_validator(mode="after")
    def _somebody_may_call(self) -> Self:
        if not self.demo and not self.api_keys | self.compliance_keys:
            raise ValueError(
                f"outside demo mode the service needs keys: set {PREFIX}API_KEYS to their SHA-256 "
                f"digests, or {PREFIX}DEMO=true on a machine where everybody may see everything"
            )
        return self

    @property
    def online_store(self) -> Path:
        return online_tiles_path(self.place)

    @property
    def decisions(self) -> str:
        return self.decisions_url or f"sqlite:///{self.place / 'decisions.sqlite'}"

    @property
    def registry(self) -> str:
        return self.registry_uri or f"sqlite:///{self.place / 'mlflow.db'}"


def read_settings() -> Settings:
    """Read the environment.

    Raises
    ------
    RefusedToStart
        If a setting is missing, wrong or unknown; all faults are named at once.
    """
    faults = [f"{name} is no setting: check its spelling" for name in _unknown_names()]
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [_told(fault["loc"], fault["msg"]) for fault in error.errors()]
    if faults:
        raise RefusedToStart(f"the service doesn't start: {'; '.join(faults)}")
    return settings


def check_settings() -> None:
    """End the process with a message if the environment's settings don't allow a safe start."""
    with told_plainly():
        read_settings()


def _unknown_names() -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_OURS
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _told(location: tuple[int | str, ...], message: str) -> str:
    reason = message.removeprefix("Value error, ")
    return f"{PREFIX}{str(location[0]).upper()}: {reason}" if location else reason
