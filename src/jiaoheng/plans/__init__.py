"""Planners: what it would take. Each gives a ``Plan``: moves, a certificate, and what the assessment says then."""
