"""What a request of the workspace carries besides Django's own."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from jiaoheng.language import Language
from jiaoheng.ledger.actions import Actor
from jiaoheng.ledger.models import Organisation, Person


class Request(HttpRequest):
    """A request of somebody who is logged in and works in a county; ``WorkspaceMiddleware`` sets what is declared."""

    user: Person
    actor: Actor
    county: Organisation
    language: Language
    htmx: HtmxDetails
