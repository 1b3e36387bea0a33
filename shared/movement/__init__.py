"""From signal to movement: sampling, filters, onset and end, smoothness, reaches and sway.

Positions are metres of hand space, x to the right and y away from the player; angles are degrees,
counter-clockwise positive, wrapped to (-180, 180].
"""
