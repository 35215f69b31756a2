"""A server that greets in Bolt under any name and does nothing else: for the versions that this machine cannot run."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SUCCESS = 0x70


def _text(text: str) -> bytes:
    raw = text.encode()
    return (bytes([0x80 + len(raw)]) if len(raw) < 16 else bytes([0xD0, len(raw)])) + raw


def _message(fields: dict[str, str]) -> bytes:
    body = bytes([0xB1, _SUCCESS, 0xA0 + len(fields)]) + b"".join(_text(name) + _text(value) for name, value in fields.items())
    return len(body).to_bytes(2, "big") + body + b"\0\0"


def _serve(listener: socket.socket, agent: str, version: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            try:
                connection.recv(20)
                connection.sendall(version)
                if version != b"\0\0\0\0":
                    greeting = _message({"server": agent, "connection_id": "bolt-1"})
                    while heard := connection.recv(4096):  # one answer for each message; each ends with an empty chunk
                        connection.sendall(greeting + _message({}) * (heard.count(b"\0\0") - bool(greeting)))
                        greeting = b""
            except OSError:
                pass


@contextmanager
def calling_itself(agent: str, version: bytes = b"\0\0\4\5") -> Iterator[str]:
    """The address of a server that calls itself ``agent`` and speaks this version of Bolt (four zeros: none that is offered)."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=_serve, args=(listener, agent, version), daemon=True).start()
        yield f"bolt://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
