"""The page of schools."""
