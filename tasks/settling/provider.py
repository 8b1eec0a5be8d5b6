"""Provider: what the settling asks of a provider's API, and what it is told; the flow joins it with tasks.transports.

In: a path with its query or document. Out: the JSON that was answered; None for what the provider does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Provider(Protocol):
    """Asks, and asks again while the provider is busy. Raises ProviderUnanswered."""

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Read what stands at a path."""

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        """Ask a question that is too private for a path; it changes nothing."""
