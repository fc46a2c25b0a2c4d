"""The national statistical forms written as files from a county that is known exactly, for the tests of their readers.

Nothing here is shared with the readers: neither a header, nor an address, nor a table of the forms.
"""
