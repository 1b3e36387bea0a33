"""What was played, kept in SQLite: append-only, then sealed."""
