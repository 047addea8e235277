"""The files of an import: a plain one, the members of a zip, or a folder of both."""

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath, PurePosixPath
from typing import IO, Literal

from data.errors import DataError

Stream = IO[bytes] | gzip.GzipFile
Kind = Literal["csv", "parquet", "json"]

_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".parquet": "parquet",
    ".jsonl": "json",
    ".jsonl.gz": "json",
    ".ndjson": "json",
    ".ndjson.gz": "json",
}
_READABLE = "CSV (.csv, .csv.gz), Parquet (.parquet), JSON lines (.jsonl, .ndjson, also .gz), zip"

_ENCRYPTED = 1
"""Bit of a zip member's flags (PKWARE APPNOTE 4.4.4)."""


class InputError(DataError):
    """A file can't be read as asked; the message names it and says what to do."""


@dataclass(frozen=True)
class Part:
    """One file of rows.

    Attributes
    ----------
    name
        Path below the input's folder; a zip's member stands after ``!/``.
    member
        Name inside the zip at ``path``; None for a plain file.
    """

    path: Path
    name: str
    kind: Kind
    member: str | None = None

    @contextmanager
    def open(self) -> Iterator[Stream]:
        """Open the file's bytes, decompressed."""
        if self.member is not None:
            with _opened_zip(self.path) as archive, archive.open(self.member) as stream:
                yield stream
        elif self.path.suffix == ".gz":
            with gzip.open(self.path) as stream:
                yield stream
        else:
            with self.path.open("rb") as stream:
                yield stream


def find_parts(path: Path) -> list[Part]:
    """Files of rows at a path, in the order of their names.

    A folder is searched to its depths; hidden files and files of other kinds are passed over.

    Raises
    ------
    InputError
        If nothing is there, or nothing that can be read.
    """
    if path.is_file():
        parts = _parts_of(path, path.name)
        if not parts:
            raise InputError(f"{path} is of no kind that can be read: {_READABLE}")
        return parts
    if not path.is_dir():
        raise InputError(f"{path} does not exist: check --input")
    found = [
        part
        for file in sorted(path.rglob("*"))
        if file.is_file()
        for part in _parts_of(file, file.relative_to(path).as_posix())
    ]
    if not found:
        raise InputError(f"{path} holds no file that can be read: {_READABLE}")
    return found


def passed_over(path: Path, parts: list[Part]) -> list[str]:
    """Names of files, and of a zip's members, that are of no kind that can be read; none hidden."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*"))
    read, names = {part.path for part in parts}, {part.name for part in parts}
    found = [
        file.relative_to(path).as_posix()
        for file in files
        if not file.is_dir() and file not in read and not _is_hidden(file.relative_to(path))
    ]
    for archive in sorted(file for file in read if file.suffix.lower() == ".zip"):
        prefix = archive.name if path.is_file() else archive.relative_to(path).as_posix()
        with _opened_zip(archive) as opened:
            members = [info.filename for info in opened.infolist() if not info.is_dir()]
        found += [
            f"{prefix}!/{member}"
            for member in members
            if not _is_by_product(member) and f"{prefix}!/{member}" not in names
        ]
    return found


def _is_hidden(path: PurePath) -> bool:
    return any(piece.startswith(".") for piece in path.parts)


def digest_of(parts: list[Part]) -> str:
    """SHA-256 over the names and contents of the files that hold the parts."""
    digest = sha256()
    for path in dict.fromkeys(part.path for part in parts):
        digest.update(path.name.encode() + b"\0")
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _parts_of(path: Path, name: str) -> list[Part]:
    if _is_hidden(PurePosixPath(name)):
        return []
    if path.suffix.lower() == ".zip":
        return _members(path, name)
    kind = _kind(path.name)
    return [] if kind is None else [Part(path, name, kind)]


def _members(path: Path, name: str) -> list[Part]:
    with _opened_zip(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise InputError(f"{path} is encrypted: unpack it first")
    names = sorted(info.filename for info in infos)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"{path} has several members named {', '.join(twice)}: unpack it first")
    parts = [
        Part(path, f"{name}!/{member}", kind, member)
        for member in names
        if not _is_by_product(member) and (kind := _kind(member)) in ("csv", "json")
        if not member.lower().endswith(".gz")
    ]
    if not parts:
        raise InputError(f"{path} holds no CSV and no JSON lines; it holds {names or 'nothing'}")
    return parts


def _is_by_product(member: str) -> bool:
    """What archivers add beside the files: macOS's resource forks and hidden files."""
    return "__MACOSX" in PurePosixPath(member).parts or _is_hidden(PurePosixPath(member))


def _kind(name: str) -> Kind | None:
    lowered = name.lower()
    return next((kind for ending, kind in _KINDS.items() if lowered.endswith(ending)), None)


def _opened_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as fault:
        raise InputError(f"{path} is not a zip ({fault}): copy it again, or unpack it") from None
