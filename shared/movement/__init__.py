"""From signal to movement: sampling, filters, onset and end, smoothness, reaches, accuracy, tremor and sway.

Positions of the hand are metres of hand space, x to the right and y away from the player; angles are degrees,
counter-clockwise positive, wrapped to (-180, 180]. Whatever cannot be measured raises a `SignalError` with a
sentence that says what to do, never a silent NaN. scipy is imported when it is used.
"""
