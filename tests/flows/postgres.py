"""PostgreSQL of our own: a cluster in a folder, reached through a socket there, with who calls it as a user by the system's word.

In: an empty folder. Out: a server as Debian's package sets one up, but for its place; ended and gone afterwards.
"""

from __future__ import annotations

import getpass
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


def binaries() -> Path | None:
    """The folder of `initdb`, the newest there is; None where PostgreSQL's server is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    return max(versions, key=lambda folder: float(folder.parent.name), default=None)


def _owner() -> str:
    """PostgreSQL refuses to be root's: then it is the user's that Debian's package makes, or nobody's."""
    if os.getuid() != 0:
        return getpass.getuser()
    return next(name for name in ("postgres", "nobody") if any(one.pw_name == name for one in pwd.getpwall()))


@contextmanager
def open_cluster() -> Iterator[Path]:
    """A server that listens on a socket in the folder that is yielded, and on no port."""
    tools, owner = binaries(), _owner()
    assert tools is not None
    # The path of a socket is short; and pytest's folders are closed to others than root.
    folder = Path(tempfile.mkdtemp(prefix="tw-pg-", dir="/tmp"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if os.getuid() == 0:
        for path in (folder, data):
            shutil.chown(path, owner)

    def run(*command: str) -> None:
        as_owner = ["setpriv", f"--reuid={owner}", f"--regid={pwd.getpwnam(owner).pw_gid}", "--clear-groups"] if os.getuid() == 0 else []
        log = folder / "log"
        done = subprocess.run([*as_owner, *command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}"

    def control(*words: str) -> None:
        run(str(tools / "pg_ctl"), "--pgdata", str(data), "--silent", "--wait", "--timeout", "120", *words)

    try:
        run(str(tools / "initdb"), "--pgdata", str(data), "--auth-local=peer", "--auth-host=reject", "--no-sync", "--username", owner)
        # Nothing here outlives the tests.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        control("--log", str(folder / "log"), "--options", options, "start")
        try:
            yield folder
        finally:
            control("--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_superuser(command: list[str]) -> list[str]:
    """The command, as `sudo -u postgres` has it."""
    owner = _owner()
    if os.getuid() != 0:
        return command
    return ["setpriv", f"--reuid={owner}", f"--regid={pwd.getpwnam(owner).pw_gid}", "--clear-groups", *command]
