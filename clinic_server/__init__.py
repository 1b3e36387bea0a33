"""The clinic: prescribes plans, receives recordings, measures them and shows who needs attention."""
