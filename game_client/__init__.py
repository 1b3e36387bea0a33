"""The game: what a patient plays at home, online or not."""

VERSION = "0.1.0"
"""Of the game; pyproject.toml has the same."""
