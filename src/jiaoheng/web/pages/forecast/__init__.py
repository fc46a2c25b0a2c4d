"""Pupils and seats of the years to come: what is expected, how sure it is, where seats are short."""
