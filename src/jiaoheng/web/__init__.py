"""The workspace on the web: settings, and a folder a page in ``pages/``."""
