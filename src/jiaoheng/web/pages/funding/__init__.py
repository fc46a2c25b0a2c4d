"""The pages of how sources differ and which of them holds."""
