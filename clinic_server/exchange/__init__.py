"""Taking a session out of the clinic: the sealed file and its trajectory."""
