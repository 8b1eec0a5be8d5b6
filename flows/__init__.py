"""The edge: flows and commands. The only place that imports Prefect, reads the clock and mints run ids."""
