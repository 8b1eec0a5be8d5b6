"""The commands of `tellwhen`, by what they do: run, read, settle."""
