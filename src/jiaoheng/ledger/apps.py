"""The Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger's models and commands."""

    name = "jiaoheng.ledger"
    label = "ledger"
    verbose_name = "教衡"
    default_auto_field = "django.db.models.BigAutoField"
