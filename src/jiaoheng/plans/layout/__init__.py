"""Which schools there shall be: kept, opened, expanded, merged, as teaching points or branches, year by year."""
