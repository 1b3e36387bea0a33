"""What every app of the clinic stands on: tenancy, jobs, the access log, problems, paging."""
