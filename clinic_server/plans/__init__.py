"""Versioned prescriptions, their safety rules and their delivery to the client."""
