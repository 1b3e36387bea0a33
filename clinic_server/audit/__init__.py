"""Reading and checking the access log."""
