"""What a change that makes no sense now says; by itself, so that whatever actions build on can say it too."""


class Refused(Exception):
    """The change makes no sense now, in words for the person who asked; nothing was changed."""
