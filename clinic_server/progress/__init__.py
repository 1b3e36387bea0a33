"""Metrics, charts and flags: what the clinic learns from the recordings."""
