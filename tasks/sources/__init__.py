"""Sources: fetch a place, read a format, normalise to a feed.

In: a supplier's bytes. Out: a tidy Polars frame with one row for each row of the file, nothing left out.
"""
