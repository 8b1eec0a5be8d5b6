"""A section of the configuration file: what all sections have in common, and the kinds of values in several of them.

In: nothing. Out: the base of every section's model. The text under a key is its meaning, and stands in docs/configuration.md.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
# More than ten years is a slip of the key, and would make every date unknown.
Days = Annotated[int, Field(ge=0, le=3650)]
ShippingDays = Annotated[int, Field(ge=0, le=366)]


class Section(BaseModel):
    """A table of the configuration file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)
