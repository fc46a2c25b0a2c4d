"""Migrations of the workspace database."""
