"""The person: virtual patients who play the real game through what it shows them."""
