"""What holds for all tests: the same surroundings on every machine, nothing reported to anybody, the same generated cases each time."""

from __future__ import annotations

import os
import time

from hypothesis import HealthCheck, settings

# Whoever runs the tests may have a Tellwhen or a Prefect of their own; the tests are to see neither.
for name in [name for name in os.environ if name.startswith(("TELLWHEN_", "PREFECT_", "SENDGRID_", "SMTP_"))]:
    del os.environ[name]

os.environ |= {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # A temporary server takes longer to come up than Prefect's own time-out.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # The servers of the tests are on this machine.
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
    # Far from UTC, on the other side of the date line: what takes the machine's zone for UTC fails.
    "TZ": "Pacific/Auckland",
}
time.tzset()

# `--hypothesis-profile=explore` looks for new cases; the test command tries the same ones each time.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
