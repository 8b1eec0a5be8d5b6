"""The report: one HTML page that people read on a screen, on a phone, on paper or by ear. Only the command `report` imports it.

In: an open warehouse. Out: the page, with the charts and the scripts that draw them in it; nothing is loaded from anywhere.
It holds ids, days and counts; no names, no addresses, no text of a message or of a supplier's row.
"""

from __future__ import annotations

from flows.reporting.contents import Written, report_of
from flows.reporting.page import page_of

__all__ = ["Written", "page_of", "report_of"]
