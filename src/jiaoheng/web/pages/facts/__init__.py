"""The page of submissions."""
