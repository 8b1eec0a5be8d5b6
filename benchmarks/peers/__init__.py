"""What a user would pick instead: a dbt project, a pandas script, datacompy; each in its own environment, written as people write it."""
