"""The platform as a machine: killed in the middle, its disk full, thirty terminals at once, peers that dribble, an old
database; and what its logs say of residents: nothing."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest

from contract import limits, wire
from contract.wire import ProblemCode, ShownBy, Verdict

from .conftest import CAST, PORT_BESIDE, ROOT, Deliverer, Terminal, admit, card_of, problem_of, run

PORT = PORT_BESIDE
TERMINALS = 30
STOP_SECONDS = 15


@dataclass
class Standing:
    """A platform of its own, with one terminal; stopped, killed and started as a test likes."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    terminal: Terminal = field(init=False)

    @property
    def output(self) -> Path:
        return self.folder.parent / "output"

    def start(self) -> None:
        with self.output.open("ab") as output:
            command = [sys.executable, "-m", "central", "serve", "--state", str(self.folder)]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=output)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith(b"central ready")

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(STOP_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def room(self, most: int) -> None:
        """No file of the running platform may grow beyond *most* bytes: to SQLite, a full disk."""
        assert self.process is not None
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        address = f"file:{self.folder / 'central.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
            return connection.execute(query, values).fetchall()

    def kept(self, submission: wire.Submission) -> tuple[int, int, int]:
        (answers,) = self.ask("SELECT count(*) FROM central_deliveryrecord WHERE key = ?", submission.key)[0]
        (matters,) = self.ask("SELECT count(*) FROM central_matterrecord WHERE receipt = ?", submission.receipt)[0]
        (wishes,) = self.ask("SELECT count(*) FROM central_registration WHERE receipt = ?", submission.receipt)[0]
        return answers, matters, wishes  # type: ignore[return-value]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    base = tmp_path_factory.mktemp("standing")
    standing = Standing(base / "state", PORT)
    state = str(standing.folder)
    run("init", "--state", state, "--port", str(PORT))
    run("seed", "--state", state, "--cast", str(CAST), "--residents", "20", "--openings", "60")
    standing.terminal = admit(base / "terminal", "TEST-0900", state=standing.folder, port=PORT)
    yield standing
    standing.terminal.client.close()


@pytest.fixture
def standing(made: Standing) -> Iterator[Standing]:
    made.start()
    yield made
    if made.process is not None:
        assert made.kill(signal.SIGTERM) == 0


def _until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def _sent_unread(terminal: Terminal, port: int, delivery: wire.Delivery) -> ssl.SSLSocket:
    """Send a delivery and never look at the answer."""
    body = msgspec.json.encode(delivery)
    head = f"POST {wire.DELIVER.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n"
    line = terminal.context.wrap_socket(socket.create_connection(("127.0.0.1", port), 20), server_hostname="127.0.0.1")
    line.sendall(head.encode() + b"\r\n" + body)
    return line


def test_killed_between_commit_and_answer_the_same_receipt_comes_afterwards(standing, cast):
    deliverer = Deliverer(standing.terminal)
    for _ in range(3):
        submission = deliverer.submission(cast["builder"])
        delivery = deliverer.seal(submission.key, msgspec.json.encode(submission))
        line = _sent_unread(standing.terminal, standing.port, delivery)
        _until(lambda key=submission.key: standing.ask("SELECT 1 FROM central_deliveryrecord WHERE key = ?", key))
        standing.kill()
        line.close()
        (stored,) = standing.ask("SELECT answer FROM central_deliveryrecord WHERE key = ?", submission.key)[0]
        standing.start()
        answer = standing.terminal.send(wire.DELIVER, deliverer.seal(submission.key, msgspec.json.encode(submission)))
        assert deliverer.receipt(answer).verdict is Verdict.ACCEPTED
        assert answer.content == stored
        assert standing.kept(submission) == (1, 1, 1)


@pytest.mark.parametrize("wait", [0.0, 0.03, 0.1])
def test_killed_amid_many_deliveries_each_is_there_whole_or_not_at_all_and_once_in_the_end(standing, cast, wait):
    deliverer = Deliverer(standing.terminal)
    submissions = [deliverer.submission(cast["graduate"]) for _ in range(12)]

    def sent(submission: wire.Submission) -> bool:
        with suppress(httpx.TransportError):
            return deliverer.deliver(submission).status_code == 200
        return False

    with ThreadPoolExecutor(6) as pool:
        answered = [pool.submit(sent, submission) for submission in submissions]
        time.sleep(wait)
        standing.kill()
    for submission, answer in zip(submissions, answered, strict=True):
        kept = standing.kept(submission)
        assert kept in ((0, 0, 0), (1, 1, 1))
        assert not answer.result() or kept == (1, 1, 1), "what was answered stands"
    standing.start()
    for submission in submissions:
        assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
        assert standing.kept(submission) == (1, 1, 1)


def test_a_full_disk_is_said_and_nothing_is_half_done(standing, cast):
    deliverer = Deliverer(standing.terminal)
    submission = deliverer.submission(cast["employee"])
    standing.room(4096)
    for _ in range(3):
        refused = deliverer.deliver(submission)
        assert refused.status_code == 503
        assert problem_of(refused).code is ProblemCode.BUSY
        opened = standing.terminal.send(wire.SESSION_OPEN, card_of(cast["employee"], pin=True))
        assert problem_of(opened).code is ProblemCode.BUSY
    assert standing.terminal.send(wire.HEALTH).status_code == 200
    assert standing.kept(submission) == (0, 0, 0)
    standing.room(resource.RLIM_INFINITY)
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    assert standing.kept(submission) == (1, 1, 1)


@pytest.mark.parametrize("listener", ["terminals", "public"])
def test_peers_that_dribble_do_not_keep_others_out_for_long(standing, listener):
    """More of them than there are threads, each sending a byte now and then and never a whole request."""
    terminal = standing.terminal
    port = standing.port if listener == "terminals" else standing.port + 1
    context = terminal.context
    if listener == "public":
        context = ssl.create_default_context(cafile=str(terminal.folder / "ca.pem"))
    slow = []
    for _ in range(12):  # the last of them wait themselves until a thread has let the first go
        line = socket.create_connection(("127.0.0.1", port), limits.REQUEST_ARRIVAL * 4)
        line = context.wrap_socket(line, server_hostname="127.0.0.1")
        line.sendall(b"GET /v1/health HT")
        slow.append(line)
    path, began = ("/v1/health", time.monotonic()) if listener == "terminals" else ("/o/none", time.monotonic())
    answers = []
    with ThreadPoolExecutor(1) as pool, httpx.Client(verify=context, trust_env=False, timeout=30) as client:
        answer = pool.submit(lambda: client.get(f"https://127.0.0.1:{port}{path}").status_code)
        while not answer.done() and time.monotonic() - began < 25:
            for line in slow:
                with suppress(OSError):
                    line.sendall(b"T")
            time.sleep(0.3)
        answers.append(answer.result())
    took = time.monotonic() - began
    for line in slow:
        line.close()
    assert answers[0] in (200, 404)
    assert took < limits.REQUEST_ARRIVAL * 2 + 2


def test_thirty_terminals_at_once(standing, cast):
    """Each with its connection, as thirty visits begin, look things up and hand in; none refused, nothing lost."""
    person = [cast[key] for key in ("employee", "builder", "graduate")]
    context, base = standing.terminal.context, f"https://127.0.0.1:{standing.port}"
    deliverer = Deliverer(standing.terminal)
    submissions = [deliverer.submission(person[n % 3]) for n in range(TERMINALS)]
    took: list[float] = []

    def visit(number: int) -> list[int]:
        codes = []
        with httpx.Client(base_url=base, verify=context, trust_env=False, timeout=20) as client:

            def send(route: wire.Route, ask: wire.Message, token: str = "") -> httpx.Response:
                began = time.monotonic()
                headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or '-'}"}
                answer = client.post(route.path, content=msgspec.json.encode(ask), headers=headers)
                took.append(time.monotonic() - began)
                codes.append(answer.status_code)
                return answer

            opened = send(wire.SESSION_OPEN, card_of(person[number % 3], pin=True))
            token = msgspec.json.decode(opened.content, type=wire.Session).token
            for page in (1, 2, 3):
                send(wire.BROWSE, wire.BrowseAsk(item=3, page=page), token)
            send(wire.MATTERS, wire.Empty(), token)
            mine = submissions[number]
            send(wire.DELIVER, deliverer.seal(mine.key, msgspec.json.encode(mine)))
            send(wire.RECOMMEND, wire.RecommendAsk(item=2), token)
            send(wire.SESSION_CLOSE, wire.Empty(), token)
        return codes

    with ThreadPoolExecutor(TERMINALS) as pool:
        codes = [code for answered in pool.map(visit, range(TERMINALS)) for code in answered]
    assert set(codes) == {200}
    assert len(codes) == TERMINALS * 8
    assert all(standing.kept(submission) == (1, 1, 1) for submission in submissions)
    assert sorted(took)[len(took) * 95 // 100] < limits.PLATFORM_ANSWER


def test_logs_name_nobody(standing, cast):
    """Whatever is asked, rightly and wrongly, and with the disk full: only the database knows residents."""
    terminal, deliverer = standing.terminal, Deliverer(standing.terminal)
    password = "735912"
    for person in cast.values():
        opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True))
        token = msgspec.json.decode(opened.content, type=wire.Session).token if opened.status_code == 200 else "none"
        id_card = wire.SessionOpen(shown_by=ShownBy.ID_CARD, id_number=person.id_number, name=person.name)
        terminal.send(wire.SESSION_OPEN, id_card)
        terminal.send(wire.SESSION_ELEVATE, wire.Elevate(service_password=password), token)
        terminal.send(wire.RECORDS, wire.RecordsAsk(item=25, before=person.id_number), token)
        terminal.send(wire.RECORDS, wire.RecordsAsk(item=36), token)
        terminal.send(wire.DETAIL, wire.DetailAsk(item=3, id=person.name), token)
        deliverer.deliver(deliverer.submission(person))
        deliverer.deliver(deliverer.submission(person, made_at=person.name, answers={person.id_number: person.name}))
        terminal.client.get(f"/v1/{person.id_number}", headers={"X-Name": person.id_number})
        terminal.client.post(
            "/v1/sessions", content=b'{"name": "' + person.name.encode(), headers={"Content-Type": "application/json"}
        )
    standing.room(4096)
    terminal.send(wire.SESSION_OPEN, card_of(cast["employee"], pin=True))
    deliverer.deliver(deliverer.submission(cast["employee"]))
    standing.room(resource.RLIM_INFINITY)
    assert standing.kill(signal.SIGTERM) == 0
    texts = {
        path: path.read_bytes() for path in standing.folder.rglob("*") if path.is_file() and "sqlite3" not in path.name
    }
    texts[standing.output] = standing.output.read_bytes()
    assert texts[standing.output], "the full disk was logged"
    private = {password, "13800000199", "杨树村"}
    for person in cast.values():
        private |= {person.id_number, person.name, person.phone, person.card.card_number, person.card.card_id_code}
    for path, content in texts.items():
        for word in private - {""}:
            assert word.encode() not in content, path.name


def test_nothing_in_the_state_directory_is_for_others(made):
    assert made.folder.stat().st_mode & 0o077 == 0
    for path in made.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def older(made: Standing, folder: Path, migration: str) -> Path:
    """The database as it was when *migration* was the newest."""
    shutil.copytree(made.folder, folder)
    back = (
        "from central.__main__ import setup; from pathlib import Path; import sys; setup(Path(sys.argv[1]));"
        "from django.core.management import call_command; call_command('migrate', 'central', sys.argv[2], verbosity=0)"
    )
    command = [sys.executable, "-c", back, str(folder), migration]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300, env={**os.environ})
    return folder


def test_what_is_in_an_older_database_holds_when_it_is_brought_up(made, tmp_path):
    """Workers are there and review nothing yet; what nobody decides is done, what somebody decides waits as it did."""
    folder = older(made, tmp_path / "older", "0018")
    at = "2026-10-01 01:02:03.000000"
    rows = [(1, 1, "accepted", None), (2, 7, "refused", None), (3, 11, "accepted", "2026-12-20")]
    with closing(sqlite3.connect(folder / "central.sqlite3")) as connection, connection:
        (who,) = connection.execute("SELECT id FROM central_resident WHERE cast_key = 'helper'").fetchone()
        connection.execute(
            "INSERT INTO central_staffmember (id, resident_id, point, digits, added_at, retired_for)"
            " VALUES ('G-OLD', ?, '杨树村', 0, ?, '')", (who, at),
        )  # fmt: skip
        for number, item, state, due in rows:
            connection.execute(
                "INSERT INTO central_deliveryrecord (id, device_id, key, sha256, verdict, answer, at)"
                " VALUES (?, 'TEST-0900', ?, '', 'accepted', x'', ?)", (90_000 + number, f"old-{number}", at),
            )  # fmt: skip
            connection.execute(
                "INSERT INTO central_matterrecord (receipt, item, resident_id, terminal_id, delivery_id, shown_by,"
                " proof, offline, operator, cards_read, names_differ, agent_id_number, agent_name, made_at,"
                " received_at, state, detail, due, due_provisional, answers, decided_by, log_segment, log_seq) VALUES"
                " (?, ?, ?, 'TEST-0900', ?, 'card', 'proved', 0, '', '', 0, '', '', ?, ?, ?, '', ?, 0, '{}', '',"
                " 1, ?)",
                (f"99990000000{number}", item, who, 90_000 + number, at, at, state, due, number),
            )
    run("init", "--state", str(folder), "--port", str(PORT))
    with closing(sqlite3.connect(folder / "central.sqlite3")) as connection:
        mine = "SELECT state, decided_at FROM central_matterrecord WHERE receipt LIKE '9999%' ORDER BY receipt"
        assert connection.execute(mine).fetchall() == [("done", at), ("refused", None), ("accepted", None)]
        staff = "SELECT id, specialist FROM central_staffmember WHERE id = 'G-OLD'"
        assert connection.execute(staff).fetchall() == [("G-OLD", 0)]


def test_an_older_database_is_not_served_until_it_was_brought_up(made, tmp_path):
    """What a release adds to the tables is added by ``init``; till then nobody is told that the platform is busy."""
    folder = older(made, tmp_path / "old", "0001")
    served = run("serve", "--state", str(folder), check=False)
    assert served.returncode == 1
    assert "central init" in served.stderr
    for command, doing in (("review", "list"), ("duty", "list"), ("ratings", "waiting")):
        refused = run(command, "--state", str(folder), doing, check=False)
        assert (refused.returncode, "central init" in refused.stderr) == (1, True)
        assert "Traceback" not in refused.stderr
    run("init", "--state", str(folder), "--port", str(PORT))
    with closing(sqlite3.connect(folder / "central.sqlite3")) as connection:
        assert connection.execute("SELECT id, tls_key FROM central_terminal").fetchall() == [("TEST-0900", "")]
        assert connection.execute("SELECT count(*) FROM central_resident").fetchone()[0] > 20
