"""How data arrive."""
