"""The clinician's pages: triage, one patient, one session. Reads through selectors, writes by services."""
