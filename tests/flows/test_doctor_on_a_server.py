"""What the doctor says of the schedule, on a real Prefect server: its API is as the doctor takes it to be."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from flows.doctor import schedule
from tasks.settings import PrefectAccess


def post(url: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def findings(url: str) -> list[tuple[str, str]]:
    seen = schedule.findings(schedule.look(PrefectAccess(url)), version("prefect"))
    return [(found.level, found.found) for found in seen]


def test_it_sees_a_deployment_its_schedule_the_runs_to_come_and_that_nobody_takes_them(prefect_api_url: str) -> None:
    ((level, found),) = findings(prefect_api_url)
    assert (level, "no deployment" in found) == ("warning", True)
    flow = post(prefect_api_url, "/flows/", {"name": "notify-changes"})
    schedules = [{"schedule": {"cron": "0 6 * * 1-5", "timezone": "UTC"}, "active": False}]
    made = {"name": "hourly", "flow_id": flow["id"], "schedules": schedules}
    post(prefect_api_url, "/deployments/", made)
    ((level, found),) = findings(prefect_api_url)
    assert (level, "no active schedule" in found) == ("warning", True)
    deployment = post(prefect_api_url, "/deployments/", {**made, "schedules": [{**schedules[0], "active": True}]})
    try:
        ((level, found),) = findings(prefect_api_url)
        if "no run is to come" in found:  # the server's scheduler has not come round yet
            in_an_hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            state = {"type": "SCHEDULED", "state_details": {"scheduled_time": in_an_hour}}
            post(prefect_api_url, f"/deployments/{deployment['id']}/create_flow_run", {"state": state})
            ((level, found),) = findings(prefect_api_url)
        assert (level, "to come" in found) == ("ok", True)
        past = {"type": "SCHEDULED", "name": "Late", "state_details": {"scheduled_time": "2026-01-01T00:00:00+00:00"}}
        post(prefect_api_url, f"/deployments/{deployment['id']}/create_flow_run", {"state": past})
        ((level, found),) = findings(prefect_api_url)
        assert (level, "1 run late" in found) == ("problem", True)
    finally:
        request = urllib.request.Request(f"{prefect_api_url}/deployments/{deployment['id']}", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()
