"""The commands of `python -m game_client`, one file each."""
