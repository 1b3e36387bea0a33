"""Sealed bundles as they arrive, and the sessions and trials read from them."""
