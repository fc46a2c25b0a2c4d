"""The pages of people: logging in, one's own account, and who is who."""
