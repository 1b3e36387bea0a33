"""The journal: append-only SQLite, one transaction a trial, sealed at the end, never deleted by itself."""
