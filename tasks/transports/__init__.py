"""Transports: the ways a notice leaves the house.

In: one outgoing notice. Out: one outcome. Every transport keeps the same protocol and passes the same conformance suite.
"""

from tasks.transports.registry import transport_for

__all__ = ["transport_for"]
