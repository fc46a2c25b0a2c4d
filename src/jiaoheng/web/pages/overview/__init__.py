"""The page of overview."""
