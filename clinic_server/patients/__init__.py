"""Patients by pseudonym, their identity in a table apart, their impairment profile and care team."""
