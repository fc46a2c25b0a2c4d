"""Planners: what it would take. Each takes a county and gives a ``Plan``: moves, a certificate, what the assessment says."""
