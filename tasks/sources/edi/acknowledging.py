"""Acknowledging: the functional acknowledgements of a file's interchanges are put where the source says (`acknowledge`).

In: a source and a file of it that was landed or rejected. Out: a file for each interchange in the folder: whole or not there, never twice.
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import datetime
from pathlib import Path

from tasks.errors import FileRejected, TellwhenError
from tasks.settings import SourceSettings
from tasks.sources.edi.edi_files import read_interchanges
from tasks.sources.edi.envelope import Interchange
from tasks.sources.edi.functional_acknowledgements import acknowledgement
from tasks.sources.opening import opened
from tasks.whole_files import write_whole

ENDINGS = {"x12": ".997", "edifact": ".contrl"}


def require_folder(source: SourceSettings) -> None:
    """Make the folder of a source that acknowledges, before anything lands that could not be answered. Raises TellwhenError."""
    if source.acknowledge is None:
        return
    folder = Path(source.acknowledge)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(source, folder, error.strerror or str(error)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(source, folder, "no permission to write")


def acknowledge(source: SourceSettings, path: Path, now: datetime) -> list[Path]:
    """Answer each interchange of a file that was not answered before; returns the files written. `now` is UTC.

    A file that is not of its format, or is gone, is not answered: there is nobody to answer to. Raises TellwhenError when the folder
    cannot be written.
    """
    if source.acknowledge is None:
        return []
    try:
        with opened(path) as stream:
            found = read_interchanges(stream, source)
    except (FileRejected, OSError):
        return []
    written = []
    for interchange in found:
        text = acknowledgement(interchange, source.feed, now)
        target = Path(source.acknowledge) / _name(source, interchange)
        if text is None or target.exists():
            continue
        try:
            write_whole(target, text.encode("utf-8", "replace"))
        except OSError as error:
            raise _unwritable(source, target, error.strerror or str(error)) from None
        written.append(target)
    return written


def _name(source: SourceSettings, interchange: Interchange) -> str:
    """The same for the same interchange, in whatever file it stands: source, control number, and a hash of all that it says."""
    segments = [segment.raw for group in interchange.groups for message in group.messages for segment in message.segments]
    header = [interchange.header.raw] if interchange.header else []
    digest = hashlib.sha256("\n".join([*header, *segments]).encode("utf-8", "replace")).hexdigest()[:12]
    control = re.sub(r"[^A-Za-z0-9]", "", interchange.control)[:35]
    return f"{source.name}_{control}_{digest}{ENDINGS[source.format]}"


def _unwritable(source: SourceSettings, place: Path, why: str) -> TellwhenError:
    return TellwhenError(
        f"source {source.name}: {place} cannot be written: {why}; see to the folder that `acknowledge` names, or name another"
    )
