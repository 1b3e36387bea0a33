"""Reports: the movement profile, the full report and the patient's letter, as PDF."""
