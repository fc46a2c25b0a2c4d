"""The optional second reader: a language model on the bureau's own network, of which nothing unquoted is believed."""

from jiaoheng.documents.assistant.assist import Assisted, assist
from jiaoheng.documents.assistant.settings import AssistantError, Settings, configured

__all__ = ["AssistantError", "Assisted", "Settings", "assist", "configured"]
