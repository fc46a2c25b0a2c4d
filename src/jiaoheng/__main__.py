"""``python -m jiaoheng`` is the ``jiaoheng`` command."""

from jiaoheng.cli import main

main()
