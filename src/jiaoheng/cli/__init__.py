"""The ``jiaoheng`` command: a thin layer over the rooms above."""

from jiaoheng.cli.app import main

__all__ = ["main"]
