"""The Django app of the pages."""

from django.apps import AppConfig
from django.contrib.auth import user_logged_in


class WebConfig(AppConfig):
    """Templates, static files and translations of the workspace."""

    name = "jiaoheng.web"
    label = "web"

    def ready(self) -> None:
        """The time of a log-in is noted by an action, not past the ledger; a session begins with it."""
        from jiaoheng.web.session import begin

        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(begin, dispatch_uid="session_begins")
