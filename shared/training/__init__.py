"""The training modes: one file a mode, each a policy for perturbation, feedback, criterion and cue."""
