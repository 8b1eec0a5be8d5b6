"""A PostgreSQL of our own: a cluster in a folder, reached through a socket there, as docs/operations.md reaches Debian's.

In: the binaries of Debian's package `postgresql`, if they are there. Out: a server, ended and gone afterwards.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Where Debian keeps what is not for everybody's path.
_DEBIAN = Path("/usr/lib/postgresql")


def tools() -> Path | None:
    """The folder of `initdb`, of the newest version; None where PostgreSQL's server is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name) if folder.parent.name.isdecimal() else 0, default=None)


def as_superuser(command: list[str]) -> list[str]:
    """The command by whom the cluster belongs to: PostgreSQL refuses to be root's. It stands for the paper's `sudo -u postgres`."""
    if os.getuid() != 0:
        return command
    owner = _owner()
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", *command]


def _owner() -> pwd.struct_passwd:
    """For root, the user that Debian's package makes, or else nobody."""
    names = {one.pw_name for one in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


@contextmanager
def open_cluster() -> Iterator[Path]:
    """A server that listens on a socket in the folder that is yielded, and on no port. Its superuser is called postgres."""
    binaries, owner = tools(), _owner()
    assert binaries is not None
    # Not pytest's folder: a socket's path is short, and nobody but root may enter it.
    with tempfile.TemporaryDirectory(prefix="tellwhen-postgres-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder, data = Path(name), Path(name) / "data"
        data.mkdir(mode=0o700)
        for path in (folder, data):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o755)
        # As Debian has it, by the system's word, where the superuser is called as its user is.
        trust = "peer" if owner.pw_name == "postgres" else "trust"
        _run(folder, "initdb", "--pgdata", str(data), "--username=postgres", f"--auth-local={trust}", "--auth-host=reject", "--no-sync")
        # Nothing here outlives the tests.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        control = ("pg_ctl", "--pgdata", str(data), "--silent", "--wait", "--timeout=300")
        _run(folder, *control, "--log", str(folder / "log"), "--options", options, "start")
        try:
            yield folder
        finally:
            _run(folder, *control, "--mode=immediate", "stop")


def _run(folder: Path, program: str, *arguments: str) -> None:
    command = as_superuser([str((tools() or Path()) / program), *arguments])
    # Into a file: the server that is started would keep a pipe open.
    with (folder / f"{program}.out").open("ab") as out:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False)
    said = "".join(path.read_text(errors="replace") for path in (folder / f"{program}.out", folder / "log") if path.exists())
    assert done.returncode == 0, f"{program}: {said}"
