"""The work: plain, typed functions that a reader can call without Prefect."""
