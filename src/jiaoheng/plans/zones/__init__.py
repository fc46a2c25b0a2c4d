"""Catchments: every place to a school or a group of schools, in one piece and within capacity."""
