"""Dispatching: sends what is pending, so that no notice is ever sent twice on a guess (spec 5).

In: pending notices and a transport. Out: notices moved by what came of their requests, and `attempts`.
Claim, commit, send, record: the intent is durable before a request leaves, and its outcome after it.
"""

from tasks.dispatching.pace import Pace
from tasks.dispatching.sending import DispatchReport, dispatch, recover

__all__ = ["DispatchReport", "Pace", "dispatch", "recover"]
