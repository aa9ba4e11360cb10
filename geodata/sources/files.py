"""Opening files safely: plain, gzip and zip, one member at a time, hashed as unpacked.

Nothing is unpacked under a name that the archive chose, sizes are counted while unpacking,
and the hash is that of the unpacked bytes, so a CSV, its .gz and the same member of a .zip
are known as the same file. Archives inside archives are not opened.
"""

import gzip
import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from geodata.errors import FileNotReadableError, safe_value
from geodata.settings import Settings
from geodata.sources.tables import read_table

__all__ = ["SourceMember", "open_members", "read_table"]

CHUNK_BYTES = 1 << 20
RATIO_LIMIT = 200
RATIO_FREE_BYTES = 16 << 20
SHAPEFILE_SUFFIX = ".shp.zip"
_BOMB_STEP = (
    "If the file is trusted and really that large, raise WARDLIGHT_UNPACKED_LIMIT_MB; "
    "otherwise do not open it."
)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes:
        """Give at most so many bytes, none at the end."""


@dataclass(frozen=True)
class SourceMember:
    """One file to read, as it lies on disk.

    Parameters
    ----------
    name : str
        Name to show: of the file, or of the member inside its archive.
    content_hash : str
        SHA-256 of the unpacked bytes, in hexadecimal.
    suffix : str
        What the content is, such as '.csv'; '.shp.zip' for a zipped Shapefile.
    path : Path
        Where it lies; for a member of an archive only until the next one is asked for.
    """

    name: str
    content_hash: str
    suffix: str
    path: Path


@contextmanager
def open_members(
    path: Path | str,
    *,
    name: str | None = None,
    settings: Settings,
    wanted: Callable[[str], bool] | None = None,
) -> Iterator[Iterator[SourceMember]]:
    """Open a file and give what it holds, one member at a time.

    Parameters
    ----------
    path : Path or str
        A plain file, a .gz or a .zip.
    name : str, optional
        Name to show in place of the file's own, as for an upload.
    settings : Settings
        Gives the size limits.
    wanted : callable, optional
        Asked with each member's name inside a .zip; others are passed over, not unpacked.

    Yields
    ------
    iterator of SourceMember
        A zipped Shapefile is one member: the archive itself.

    Raises
    ------
    FileNotReadableError
        If the file is missing, empty, damaged, encrypted, larger than allowed when unpacked,
        or names a place outside itself.
    """
    source = Path(path)
    shown = name or source.name
    require_present(source, shown)
    with tempfile.TemporaryDirectory(prefix="wardlight-") as folder:
        yield _iterate(source, shown, Path(folder), settings, wanted)


def require_present(source: Path, name: str = "") -> None:
    """Refuse a file that is missing or empty.

    Parameters
    ----------
    source : Path
    name : str, optional
        Name to show in place of the file's own.

    Raises
    ------
    FileNotReadableError
        If it is not there or holds 0 bytes.
    """
    shown = name or source.name
    if not source.is_file():
        raise FileNotReadableError(
            "The file is not there.", f"{safe_value(shown)} is not a file.", "Check the path."
        )
    if source.stat().st_size == 0:
        raise FileNotReadableError(
            "The file is empty.",
            f"{safe_value(shown)} holds 0 bytes.",
            "Export or download it again.",
        )


def _iterate(
    source: Path,
    shown: str,
    folder: Path,
    settings: Settings,
    wanted: Callable[[str], bool] | None,
) -> Iterator[SourceMember]:
    suffix = PurePosixPath(shown).suffix.lower()
    if suffix == ".gz":
        yield _unpack_gzip(source, shown, folder, settings)
    elif suffix == ".zip":
        yield from _iterate_zip(source, shown, folder, settings, wanted)
    else:
        with source.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        yield SourceMember(shown, digest, suffix, source)


def _unpack_gzip(source: Path, shown: str, folder: Path, settings: Settings) -> SourceMember:
    inner = shown[: -len(".gz")]
    suffix = PurePosixPath(inner).suffix.lower() or ".csv"
    target = folder / f"member{suffix}"
    try:
        with gzip.open(source, "rb") as stream:
            digest = _copy_counted(stream, target, source.stat().st_size, shown, settings)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(shown, "gzip") from error
    if target.stat().st_size == 0:
        raise FileNotReadableError(
            "The file is empty.",
            f"{safe_value(shown)} unpacks to 0 bytes.",
            "Export or download it again.",
        )
    return SourceMember(inner, digest, suffix, target)


def _iterate_zip(
    source: Path,
    shown: str,
    folder: Path,
    settings: Settings,
    wanted: Callable[[str], bool] | None,
) -> Iterator[SourceMember]:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _damaged(shown, "zip") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _check_members(infos, source, shown, settings)
        infos = [info for info in infos if not _is_clutter(info.filename)]
        if not infos:
            raise FileNotReadableError(
                "The archive holds no file.",
                f"{safe_value(shown)} has no member to read.",
                "Download it again.",
            )
        if any(info.filename.lower().endswith(".shp") for info in infos):
            with source.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            yield SourceMember(shown, digest, SHAPEFILE_SUFFIX, source)
            return
        for number, info in enumerate(infos):
            if wanted is not None and not wanted(info.filename):
                continue
            suffix = PurePosixPath(info.filename).suffix.lower()
            target = folder / f"member-{number}{suffix}"
            try:
                with archive.open(info) as member:
                    digest = _copy_counted(member, target, info.compress_size, shown, settings)
            except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
                raise _damaged(shown, "zip") from error
            yield SourceMember(info.filename, digest, suffix, target)
            target.unlink(missing_ok=True)


def _check_members(
    infos: list[zipfile.ZipInfo], source: Path, shown: str, settings: Settings
) -> None:
    """Refuse an archive by its list of members, before anything is unpacked."""
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/"))
        is_link = stat.S_ISLNK(info.external_attr >> 16)
        if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0] or is_link:
            raise FileNotReadableError(
                "The archive names a place outside itself.",
                f"{safe_value(shown)} holds {safe_value(info.filename)}; only plain files below "
                "the archive are accepted.",
                "Do not open it; ask its sender for a clean archive.",
            )
        if info.flag_bits & 0x1:
            raise FileNotReadableError(
                "The archive is encrypted.",
                f"{safe_value(shown)} needs a password for {safe_value(info.filename)}.",
                "Unpack it yourself with its password and import the files inside.",
            )
    _check_size(sum(info.file_size for info in infos), source.stat().st_size, shown, settings)


def _check_size(unpacked: int, packed: int, shown: str, settings: Settings) -> None:
    limit = settings.unpacked_limit_mb << 20
    if unpacked > limit:
        raise FileNotReadableError(
            "The file unpacks to more than is allowed.",
            f"{safe_value(shown)} unpacks to more than {settings.unpacked_limit_mb:,} MB.",
            _BOMB_STEP,
        )
    if unpacked > RATIO_FREE_BYTES and unpacked > RATIO_LIMIT * max(packed, 1):
        raise FileNotReadableError(
            "The file unpacks to far more than its size.",
            f"{safe_value(shown)} grows more than {RATIO_LIMIT} times when unpacked, as a file "
            "made to fill a disk does.",
            "Do not open it; if it is trusted, unpack it yourself and import what is inside.",
        )


def _copy_counted(
    stream: _Readable, target: Path, packed: int, shown: str, settings: Settings
) -> str:
    """Copy a stream to disk, counting, and give the SHA-256 of its bytes."""
    digest, count = hashlib.sha256(), 0
    with target.open("wb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            count += len(chunk)
            _check_size(count, packed, shown, settings)
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _is_clutter(member: str) -> bool:
    parts = PurePosixPath(member).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


def _damaged(shown: str, form: str) -> FileNotReadableError:
    return FileNotReadableError(
        "The file is damaged.",
        f"{safe_value(shown)} cannot be unpacked: it is not whole, or not a {form} file.",
        "Download or copy it again.",
    )
