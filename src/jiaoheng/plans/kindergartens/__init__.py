"""Kindergarten seats for shares of public and of affordable ones."""
