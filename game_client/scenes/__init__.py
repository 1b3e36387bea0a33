"""What a patient sees beside the games: pairing, home, set-up, rest, summary, progress, settings."""
