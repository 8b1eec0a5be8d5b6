"""Hierarchy: the HL loops of X12 (856, 870) become a tree: shipment, order, pack, item, in whatever order a partner nests them.

In: segments. Out: the segments before the first HL, and nodes that know what stands above them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.sources.edi.lines import NotUnderstood
from tasks.sources.edi.segments import Segment

# How deep a level usually lies; it decides only where HL02 names no parent.
DEPTH = {"S": 0, "O": 1, "T": 2, "P": 3, "I": 4}


@dataclass
class Node:
    """One HL loop. `parent` is None at the top, and where `is_orphan`: HL02 names one that is not there."""

    level: Segment
    parent: Node | None = None
    is_orphan: bool = False
    segments: list[Segment] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.level.at(3)

    def upwards(self) -> Iterator[Node]:
        """This node and those above it, the nearest first. Raises NotUnderstood where one names a parent that is not there."""
        node: Node | None = self
        while node is not None:
            if node.is_orphan and not node.level.number:
                raise NotUnderstood("LIN stands outside of any HL; expected it within one, below the HL of its order")
            if node.is_orphan:
                raise NotUnderstood(f"HL {node.level.at(1)} says that it belongs to HL {node.level.at(2)}, which is not there")
            yield node
            node = node.parent


def tree(segments: Sequence[Segment]) -> tuple[list[Segment], list[Node]]:
    """The header and the nodes of a message, in order; CTT ends the last."""
    header: list[Segment] = []
    nodes: list[Node] = []
    current: list[Segment] | None = header
    for segment in segments:
        if segment.tag == "HL":
            nodes.append(_placed(segment, nodes))
            current = nodes[-1].segments
        elif segment.tag == "CTT" and nodes:
            current = None
        elif current is not None:
            current.append(segment)
    return header, nodes


def _placed(level: Segment, before: Sequence[Node]) -> Node:
    if named := level.at(2):
        parent = next((node for node in reversed(before) if node.level.at(1) == named), None)
        return Node(level, parent, is_orphan=parent is None)
    depth = DEPTH.get(level.at(3), len(DEPTH))
    return Node(level, next((node for node in reversed(before) if DEPTH.get(node.code, len(DEPTH)) < depth), None))
