"""The way to the platform's files: whatever comes over it is bounded, and every failure of it is one of two errors."""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, ClassVar

import pytest
from tuf.api.exceptions import DownloadError, DownloadHTTPError

from contract import limits
from secure.config.fetch import BoundedFetcher, Budget, Https


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections: ClassVar[set[object]] = set()

    def do_GET(self) -> None:
        self.connections.add(self.connection)
        if self.path == "/breaks":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            self.close_connection = True
            return
        body = b"x" * (100_000 if self.path == "/missing-and-long" else 9)
        self._answer(404 if self.path.startswith("/missing") else 200, body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200 if body == b"{}" else 500, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True  # who asked had read enough


@pytest.fixture
def files() -> Iterator[Https]:
    Answers.connections = set()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made = Https(f"http://127.0.0.1:{server.server_address[1]}", ssl.create_default_context())
    yield made
    made.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_comes_whole_or_not_at_all(files: Https) -> None:
    assert b"".join(files.pieces("/there")) == b"x" * 9
    assert files.whole("/there", 9) == b"x" * 9
    assert files.whole("/there", 8) is None
    assert files.whole("/missing", 9) is None
    assert files.whole("/breaks", 9) is None
    with pytest.raises(DownloadError):
        b"".join(files.pieces("/breaks"))


def test_a_file_that_is_not_there_keeps_the_connection_and_is_not_read_for_long(files: Https) -> None:
    for _ in range(3):
        with pytest.raises(DownloadHTTPError) as refused:
            b"".join(files.pieces("/missing"))
        assert refused.value.status_code == 404
    assert len(Answers.connections) == 1, "every look asks for a root that is not there"
    with pytest.raises(DownloadHTTPError):
        b"".join(files.pieces("/missing-and-long"))


def test_whether_a_report_was_taken(files: Https) -> None:
    assert files.post("/report", b"{}")
    assert not files.post("/report", b"[]")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with closing(Https(f"http://127.0.0.1:{port}", ssl.create_default_context())) as files:
        with pytest.raises(DownloadError):
            b"".join(files.pieces("/there"))
        assert files.whole("/there", 9) is None
        assert not files.post("/report", b"{}")


@pytest.fixture(params=["header", "body", "status"])
def trickle(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Https]:
    """A server that has always one byte more, of what *param* says."""
    begun = {"status": b"HTTP/1.1 ", "header": b"HTTP/1.1 200 OK\r\nX: ", "body": b"HTTP/1.1 200 OK\r\n\r\n"}
    ended = threading.Event()

    class Trickle(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            try:
                self.request.sendall(begun[request.param])
                while not ended.wait(0.02):
                    self.request.sendall(b"1")
            except OSError:
                pass  # it was cut

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Trickle)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(limits, "CONFIG_TIME_WAIT", 0.4)
    monkeypatch.setattr(limits, "CONFIG_REFRESH", 0.4)
    made = Https(f"http://127.0.0.1:{server.server_address[1]}", ssl.create_default_context())
    yield made
    ended.set()
    made.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("way", ["a look", "the time", "a report"])
def test_22_who_has_always_one_byte_more_is_cut_off(trickle: Https, way: str) -> None:
    """Also where no piece of a body comes between two of which the time could be asked."""
    ended = threading.Event()

    def asked() -> None:
        budget = Budget()
        if way == "the time":
            trickle.whole("/time", 10_000)
        elif way == "a report":
            trickle.post("/report", b"{}")
        else:
            with contextlib.suppress(DownloadError):
                b"".join(BoundedFetcher(lambda path: trickle.pieces(path, budget.left), budget)._fetch("/there"))
        ended.set()

    threading.Thread(target=asked, daemon=True).start()
    assert ended.wait(30)


@pytest.mark.parametrize("trickle", ["header"], indirect=True)
def test_22_the_time_may_be_over_before_there_is_a_connection_to_cut(trickle: Https) -> None:
    """A server may also be slow in taking it up: what is read afterwards is cut off all the same."""
    ended, connect = threading.Event(), socket.create_connection

    def slow(*words: Any, **named: Any) -> socket.socket:
        assert over.wait(30)
        return connect(*words, **named)

    over = threading.Event()
    cut = trickle._cut

    def told() -> None:
        cut()
        over.set()

    with pytest.MonkeyPatch.context() as line:
        line.setattr(socket, "create_connection", slow)
        line.setattr(trickle, "_cut", told)

        def asked() -> None:
            trickle.whole("/time", 10_000)
            ended.set()

        threading.Thread(target=asked, daemon=True).start()
        assert ended.wait(30)


def test_one_look_ends_by_bytes_by_time_and_when_it_is_told_to() -> None:
    now = 0.0

    def fetched(budget: Budget, between: Callable[[], None] = lambda: None) -> int:
        def source(_: str) -> Iterator[bytes]:
            while True:
                between()
                yield bytes(1_000_000)

        count = 0
        for piece in BoundedFetcher(source, budget)._fetch("endless"):
            count += len(piece)
        return count

    def later() -> None:
        nonlocal now
        now += 50

    stop = threading.Event()
    with pytest.raises(DownloadError, match="CONFIG_TOTAL_BYTES"):
        fetched(Budget())
    with pytest.raises(DownloadError, match="CONFIG_REFRESH"):
        fetched(Budget(uptime=lambda: now), later)
    assert limits.CONFIG_REFRESH < now < 4 * limits.CONFIG_REFRESH
    with pytest.raises(DownloadError, match="told to stop"):
        fetched(Budget(stop=stop), stop.set)
