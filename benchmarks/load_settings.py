"""The workspace's settings for the benchmark of load: one view more, which does nothing, and light password hashes."""

from jiaoheng.web import settings

globals().update({name: getattr(settings, name) for name in dir(settings) if name.isupper()})
ROOT_URLCONF = "load_urls"
PASSWORD_HASHERS = ["jiaoheng.ledger.cast.CastHasher"]
