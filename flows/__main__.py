"""`python -m flows` is `tellwhen`."""

from flows.cli import main

main()
