"""What good data is: expectations as data, and two runners that must count the same.

In: committed DuckDB tables. Out: CheckResults, and the SQL that sends rows to quarantine (spec 2, 3).
Imports nothing of `tasks`; Great Expectations is imported by `great_expectations_runner` alone, when it first runs.
"""
