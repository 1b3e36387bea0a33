"""The contract between the two programs: session, plan, receipt; their bytes, bounds and upgrades."""
