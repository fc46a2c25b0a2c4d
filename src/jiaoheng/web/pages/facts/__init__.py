"""The pages of the facts: what is brought in, mended and accepted, and the snapshots that come of it."""
