"""The director: plan -> blocks -> phases -> trials; probes, rests and safety. Pure and replayable."""
