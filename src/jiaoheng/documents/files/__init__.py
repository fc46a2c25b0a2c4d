"""Documents as they come (txt, docx, html, pdf) turned into the plain text that everything is read from."""

from jiaoheng.documents.files.errors import DocumentError
from jiaoheng.documents.files.plain import MAX_BYTES, MAX_CHARACTERS, plain, plain_file

__all__ = ["MAX_BYTES", "MAX_CHARACTERS", "DocumentError", "plain", "plain_file"]
