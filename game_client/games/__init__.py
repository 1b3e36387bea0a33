"""One file a game: a pure `step`, what it shows (`View`), and its own drawing on the engine's canvas."""
