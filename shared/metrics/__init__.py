"""What a session's numbers are, each with a unit, a version, a quality or a reason why there is none."""
