"""The workspace's settings, with the sleepers."""

from jiaoheng.web import settings

globals().update({name: getattr(settings, name) for name in dir(settings) if name.isupper()})
INSTALLED_APPS = [*settings.INSTALLED_APPS, "sleepers"]
