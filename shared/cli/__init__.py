"""The science at the command line: the only part of shared that opens files."""
