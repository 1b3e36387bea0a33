"""What virtual people do besides reaching: one file a task, found by the attribute `TASK`.

A task class has a `name` (what a game's view calls its `task`), is made with the person's `Learner` and the
day's pace, and moves the hand while a trial runs: `begin`, then `step` once a tick, then `finish`. The way
back to the start, tremor and lean are the patient's.
"""
