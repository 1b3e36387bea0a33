"""The science at the command line: `python -m shared COMMAND`, one file a command (`COMMAND`)."""
