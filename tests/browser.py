"""A browser without a screen: cookies, forms and files over HTTP, with the standard library only."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode


class Unreachable(Exception):
    """The server did not answer, or not to the end: what was asked for may have been done or not."""


class Answer(NamedTuple):
    """What came back: status, the address that it leads to, the page."""

    status: int
    location: str
    body: bytes

    @property
    def text(self) -> str:
        """The page as text."""
        return self.body.decode()


class File(NamedTuple):
    """A file that is sent with a form."""

    field: str
    name: str
    data: bytes


class Browser:
    """One person's browser; it keeps its connection open, as browsers do."""

    def __init__(self, port: int, timeout: float = 60.0) -> None:
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def log_in(self, username: str, password: str) -> None:
        """Log in; raises ``AssertionError`` where that is refused."""
        self.get("/log-in/")
        answer = self.post("/log-in/", {"username": username, "password": password})
        assert answer.status == 302, answer.text[:2000]

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, files: Sequence[File] = ()) -> Answer:
        """Send a form, with the token that proves that it is ours."""
        sent = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **(fields or {})}
        if not files:
            return self._ask("POST", path, urlencode(sent).encode(), "application/x-www-form-urlencoded")
        border = secrets.token_hex(16)
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in sent.items()
        ]
        for file in files:
            head = f'--{border}\r\nContent-Disposition: form-data; name="{file.field}"; filename="{file.name}"\r\n'
            parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + file.data + b"\r\n")
        body = b"".join([*parts, f"--{border}--\r\n".encode()])
        return self._ask("POST", path, body, f"multipart/form-data; boundary={border}")

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        headers = {"Accept-Language": "zh-CN", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(f"{method} {path}: {type(error).__name__}") from error
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return Answer(answer.status, answer.headers.get("Location", ""), data)
