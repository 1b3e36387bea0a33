"""The game: what a patient plays at home, online or not."""
