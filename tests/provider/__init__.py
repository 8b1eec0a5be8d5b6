"""A provider on loopback that keeps its own books: what it was asked, what it took, and in which way it misbehaved."""
