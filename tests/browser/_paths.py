"""Every page of the clinic by a name for tests; ids are filled in."""

PATHS = {
    "triage": "/",
    "everybody": "/?show=all",
    "caseload": "/caseload",
    "rules": "/rules",
    "health": "/data-health",
    "patients": "/patients/",
    "patient": "/patients/{patient}/",
    "session": "/sessions/{session}/",
    "plan": "/patients/{patient}/plan",
    "reports": "/patients/{patient}/reports/",
    "own_rules": "/patients/{patient}/rules",
    "tokens": "/account/tokens/",
    "problems": "/problems/",
}
