"""Digesting: what staff are told, after the customers and never in their place.

In: the history between two digests, and who the staff are. Out: at most one digest a day for each, and call lists when they grow.
A digest is no notice: it has an own ledger, `state.digests`, and tells no customer anything.
"""
