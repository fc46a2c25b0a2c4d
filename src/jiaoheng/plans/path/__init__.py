"""The cheapest path to the standard: what to build, buy, hire and move, in which year, so that the county passes."""
