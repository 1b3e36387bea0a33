"""Clinics, and which person holds which role in which clinic."""
