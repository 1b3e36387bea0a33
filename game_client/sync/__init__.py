"""Shipping sealed recordings and fetching plans: an explicit state machine."""
