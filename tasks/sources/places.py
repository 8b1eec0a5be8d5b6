"""Places: which files stand in a source's location, and in what order they are to be taken.

In: a source's `location` (a path or a glob) and `file_date`. Out: one `FoundFile` a file, with its time, fingerprint and date.
"""

from __future__ import annotations

import glob
import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from tasks.errors import ConfigurationError, TellwhenError
from tasks.settings import SourceSettings

UNFINISHED = (".part", ".tmp")

# What each strptime directive may look like inside a file's name.
DIRECTIVES = {
    "Y": r"\d{4}", "y": r"\d{2}", "G": r"\d{4}", "m": r"\d{1,2}", "d": r"\d{1,2}", "j": r"\d{1,3}", "V": r"\d{1,2}", "u": r"\d",
    "H": r"\d{1,2}", "I": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}", "f": r"\d{1,6}", "p": r"[AaPp][Mm]",
    "b": r"[^\W\d_]+", "B": r"[^\W\d_]+", "a": r"[^\W\d_]+", "A": r"[^\W\d_]+", "%": "%",
}  # fmt: skip


@dataclass(frozen=True)
class FoundFile:
    """A file that stands in a source's place; `modified_at` is naive UTC, `sha256` of the bytes as they stand on the disk."""

    path: Path
    modified_at: datetime
    sha256: str
    file_date: date | None


def find_files(source: SourceSettings) -> list[FoundFile]:
    """The source's files, in the order in which they are to be landed (spec 2).

    With `file_date` by that date (a name that has none comes last, with `file_date` None), else in natural order of the path.
    Raises ConfigurationError when `location` or `file_date` cannot be used, TellwhenError when a file cannot be read.
    """
    date_in_name = FileDate(source) if source.file_date else None
    found = [_look_at(source, path, date_in_name.read(path.name) if date_in_name else None) for path in files_in_place(source)]
    files = [file for file in found if file is not None]
    files.sort(key=lambda file: (file.file_date or date.max, natural_key(file.path)))
    return files


def files_in_place(source: SourceSettings) -> list[Path]:
    """The paths of the source's files, in no order, unread: neither hidden ones nor those still being written.

    Raises ConfigurationError when `location` cannot be used.
    """
    return [path for path in _matches(source) if not path.name.startswith(".") and not path.name.lower().endswith(UNFINISHED)]


def natural_key(path: Path) -> tuple[object, ...]:
    """Sorts paths as people do: part by part, numbers as numbers (`_9` before `_10`)."""
    return (tuple(_natural(part) for part in path.parts), str(path))


def _natural(text: str) -> tuple[object, ...]:
    # Text and numbers alternate, so that two keys never compare a text with a number.
    return tuple(int(piece) if piece.isdecimal() else piece for piece in re.split(r"(\d+)", text))


def _matches(source: SourceSettings) -> list[Path]:
    if "://" in source.location:
        raise ConfigurationError([f"source {source.name}: location {source.location!r} is a URL; expected a path or a glob"])
    # What exists by its very name is taken by it: a folder or a file may have glob's characters in its name.
    parts = Path(source.location).parts
    base = Path(parts[0]) if parts else Path()
    depth = 1
    while depth < len(parts) and (base / parts[depth]).exists():
        base, depth = base / parts[depth], depth + 1
    if depth >= len(parts):
        return [base] if base.is_file() else []
    pattern = str(Path(*parts[depth:]))
    paths = {base / match for match in glob.glob(pattern, root_dir=base, recursive=True)}  # noqa: PTH207 - leaves hidden folders alone
    return [path for path in paths if path.is_file()]


def _look_at(source: SourceSettings, path: Path, file_date: date | None) -> FoundFile | None:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        modified_at = datetime(1970, 1, 1) + timedelta(microseconds=path.stat().st_mtime_ns // 1000)
    except FileNotFoundError:
        return None  # moved away since the folder was read: the next run will find what stands then
    except OSError as error:
        raise TellwhenError(f"source {source.name}: {path} cannot be read: {error.strerror}; see to its permissions") from None
    return FoundFile(path, modified_at, digest, file_date)


class FileDate:
    """A `file_date` pattern: `etas_(%Y%m%d)` has its directives in the parentheses; without parentheses all of it is directives."""

    def __init__(self, source: SourceSettings) -> None:
        """Raises ConfigurationError for a pattern that gives no day."""
        pattern = source.file_date or ""
        parts = re.fullmatch(r"(.*?)\(([^()]*%[^()]*)\)(.*)", pattern, re.DOTALL)
        before, self.directives, after = parts.groups() if parts else ("", pattern, "")
        problem = f"source {source.name}: file_date {pattern!r} cannot be used: "
        pieces = re.findall(r"%(.)|([^%]+|%)", self.directives, re.DOTALL)
        unknown = [f"%{letter}" for letter, _ in pieces if letter and letter not in DIRECTIVES]
        if unknown:
            raise ConfigurationError([problem + f"{', '.join(unknown)} is no directive of a date; expected such as 'etas_(%Y%m%d)'"])
        letters = {letter for letter, _ in pieces}
        if not letters & {"Y", "y", "G"} or not (letters & {"d", "j"} or {"V", "u"} <= letters):
            raise ConfigurationError([problem + "it gives no day; expected such as 'etas_(%Y%m%d)'"])
        inner = "".join(DIRECTIVES[letter] if letter else re.escape(literal) for letter, literal in pieces)
        # A date must not be cut out of a longer number: 12345678_20261204 holds one date, not two.
        start = re.escape(before) if before else r"(?<!\d)"
        end = re.escape(after) if after else r"(?!\d)"
        self.expression = re.compile(f"{start}({inner}){end}", re.IGNORECASE)

    def read(self, name: str) -> date | None:
        """The first date in a file's name, or None."""
        for match in self.expression.finditer(name):
            try:
                return datetime.strptime(match.group(1), self.directives).date()
            except ValueError:
                continue
        return None
