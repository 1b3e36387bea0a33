"""The loop, the canvas, text, sound and speech: the only importers of pygame."""
