"""A bad network: an HTTP proxy on loopback that drops, repeats, cuts and truncates on demand."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Fault = Literal[
    "", "drop_request", "drop_response", "repeat", "cut_request", "truncate_body", "truncate_response"
]
FAULTS: tuple[Fault, ...] = (
    "drop_request", "drop_response", "repeat", "cut_request", "truncate_body", "truncate_response",
)  # fmt: skip
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Proxy:
    """`fault(line)` is asked for each request line, such as `PUT /sync/v1/bundles/… HTTP/1.1`."""

    def __init__(self, upstream_port: int, fault: Callable[[str], Fault]) -> None:
        self.fault = fault
        self.done: list[tuple[str, Fault]] = []
        self._upstream = ("127.0.0.1", upstream_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        for each in self._threads:
            each.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        """One request a connection: the answer always closes it."""
        client.settimeout(20)
        with client:
            try:
                head, body = _read_request(client)
            except (OSError, ValueError):
                return
            line = head.split(b"\r\n", 1)[0].decode()
            fault = self.fault(line)
            self.done.append((line, fault))
            try:
                self._pass(client, head, body, fault)
            except OSError:
                return

    def _pass(self, client: socket.socket, head: bytes, body: bytes, fault: Fault) -> None:
        if fault == "drop_request":
            return
        if fault == "truncate_body" and body:
            body = body[: len(body) // 2]
            head = _LENGTH.sub(b"content-length: %d" % len(body), head)
        request = head + b"\r\nConnection: close\r\n\r\n" + body
        if fault == "cut_request":
            self._forward(request[: len(request) - len(body) // 2 - 1], read=False)
            return
        answer = self._forward(request)
        if fault == "repeat":
            answer = self._forward(request)
        if fault == "drop_response":
            return
        client.sendall(answer[: len(answer) // 2] if fault == "truncate_response" else answer)

    def _forward(self, request: bytes, *, read: bool = True) -> bytes:
        with socket.create_connection(self._upstream, timeout=20) as server:
            server.sendall(request)
            answer = bytearray()
            while read and (part := server.recv(65536)):
                answer += part
        return bytes(answer)


def _read_request(client: socket.socket) -> tuple[bytes, bytes]:
    data = bytearray()
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        if not part:
            raise ValueError("no request")
        data += part
    head, _, body = bytes(data).partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    length = int(found[1]) if found else 0
    while len(body) < length:
        part = client.recv(65536)
        if not part:
            raise ValueError("the client broke off")
        body += part
    lines = [each for each in head.split(b"\r\n") if not each.lower().startswith(b"connection:")]
    return b"\r\n".join(lines), body


@contextmanager
def bad_network(upstream_port: int, fault: Callable[[str], Fault]) -> Iterator[Proxy]:
    proxy = Proxy(upstream_port, fault)
    try:
        yield proxy
    finally:
        proxy.close()
