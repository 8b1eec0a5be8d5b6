"""The comparison alone, with datacompy: yesterday's promises and today's, both as files.

In: `python datacompy_script.py BEFORE.parquet AFTER.parquet REPORT.json`. Out: how many lines have another date, and which.
"""

import json
import sys
from pathlib import Path

import datacompy
import pandas as pd

KEY = ["order_id", "line_no"]


def main(before: Path, after: Path, report: Path) -> None:
    frames = [pd.read_parquet(path, columns=[*KEY, "expected_on"]) for path in (before, after)]
    comparison = datacompy.PandasCompare(*frames, join_columns=KEY, df1_name="yesterday", df2_name="today")
    changed = comparison.all_mismatch()
    changed.to_parquet(report.with_suffix(".parquet"), index=False)
    report.write_text(json.dumps({"changed": len(changed), "new": len(comparison.df2_unq_rows), "gone": len(comparison.df1_unq_rows)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
