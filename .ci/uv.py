"""Run uv with the index that pip is configured for.

In: uv's arguments. Out: uv's exit code. uv does not read pip's configuration; this hands it on, naming no host of its own.
What is set for uv itself (UV_*, SSL_CERT_FILE) wins. Only the standard library, so that it runs in a bare environment.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

# pip's option -> uv's variable. With several indexes pip takes the best match from all; the lock's hashes make that safe.
VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}
# Older names for the same things: whoever has set one of these has told uv already.
OLDER_NAMES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}


def pip_settings() -> dict[str, str]:
    """pip's options by name; the more particular section (install, then the environment) wins."""
    listing = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in sections:
            sections[section][option] = str(ast.literal_eval(value))
    return {**sections["global"], **sections["install"], **sections[":env:"]}


def environment() -> dict[str, str]:
    """This process's environment, with what pip knows added for uv."""
    result = dict(os.environ)
    for option, value in pip_settings().items():
        variable = VARIABLES.get(option)
        if variable and variable not in os.environ and OLDER_NAMES.get(variable, variable) not in os.environ:
            result[variable] = " ".join(value.split())
    result.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return result


if __name__ == "__main__":
    uv = Path(sys.executable).with_name("uv")
    sys.exit(subprocess.run([uv, *sys.argv[1:]], env=environment(), check=False).returncode)
