"""``python -m jiaoheng.web COMMAND``: Django's own commands, for those who look after a workspace."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiaoheng.web.settings")

if __name__ == "__main__":
    execute_from_command_line(["jiaoheng", *sys.argv[1:]])
