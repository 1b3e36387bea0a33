"""Paired profiles (one patient on one installation), how they pair and how they prove themselves."""
