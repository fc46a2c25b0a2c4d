"""One question to the model's server and its answer: no proxy, no redirect, bounded in time and size."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from jiaoheng import typed
from jiaoheng.documents.assistant.settings import Settings

MAX_ANSWER = 512 * 1024
_CONNECT_SECONDS = 10.0


class Fault(Exception):
    """No answer that can be used: ``code`` is a key of ``texts.toml`` without its ``fault_``."""

    def __init__(self, code: str, status: int = 0) -> None:
        self.code = code
        self.status = status
        super().__init__(code)


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


def ask(settings: Settings, system: str, question: str, seconds: float) -> str:
    """The words of the model's answer. Raises ``Fault``; ``seconds`` is all the time that the exchange may take."""
    asked = {
        "model": settings.model,
        "temperature": 0,
        "stream": False,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": question}],
    }
    answer = _exchange(settings, msgspec.json.encode(asked), seconds)
    try:
        completion = typed.decode(answer, _Completion)
    except (msgspec.DecodeError, RecursionError):
        raise Fault("not_json") from None
    if not completion.choices:
        raise Fault("not_json")
    return completion.choices[0].message.content


def _exchange(settings: Settings, body: bytes, seconds: float) -> bytes:
    kind = http.client.HTTPSConnection if settings.secure else http.client.HTTPConnection
    connection = kind(settings.host, settings.port, timeout=min(_CONNECT_SECONDS, seconds))
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key}"
    try:
        connection.connect()
        with _until(connection, seconds) as over:
            try:
                answer = _sent(connection, settings.path, body, headers)
            except TimeoutError:
                raise Fault("slow") from None
            except (OSError, ValueError, http.client.HTTPException):
                raise Fault("slow" if over.is_set() else "unreachable") from None
            except Fault as fault:
                # A line that was cut looks like a poor answer.
                raise (Fault("slow") if over.is_set() else fault) from None
        if over.is_set():
            raise Fault("slow")
        return answer
    except TimeoutError:
        raise Fault("slow") from None
    except OSError:
        raise Fault("unreachable") from None
    finally:
        connection.close()


def _sent(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise Fault("redirect")
    if response.status != 200:
        raise Fault("status", response.status)
    if "json" not in response.headers.get_content_type():
        raise Fault("not_json")
    answer = response.read(MAX_ANSWER + 1)
    if len(answer) > MAX_ANSWER:
        raise Fault("too_big")
    return answer


@contextmanager
def _until(connection: http.client.HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Cut the connection when the time is over: a server that sends a byte now and then never times out by itself."""
    over = threading.Event()
    wire = connection.sock
    wire.settimeout(seconds)

    def cut() -> None:
        over.set()
        with suppress(OSError):
            # Below TLS, whose own shutdown would wait for the other side.
            socket.socket.shutdown(wire, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
