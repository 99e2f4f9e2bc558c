"""The upload page over real TLS: a resident's own telephone sends a page; and everybody else who tries."""

from __future__ import annotations

import io
import socket
import ssl
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import RequestFactory
from PIL import Image

from central import clock, documents, pictures, upload_page, uploads
from central.models import PhotoRecord, UploadLink
from central.pruning import pruning
from central.seeding.cast import CastPerson
from central.state import State
from contract import limits, wire
from contract.uploads import UPLOAD_PATH
from contract.wire import ProblemCode, Verdict

from .conftest import Deliverer, Terminal, card_of, problem_of
from .lives import insured, reviewer, somebody
from .not_pages import NOT_PAGES
from .sheets import encoded, sheet, stands_in
from .test_deciding import hand_in
from .test_documents import CERTIFICATE

GOOD = encoded(sheet())
DOCUMENT = "skill_certificate"


class Visit:
    """Somebody with their card in, who asked for a link."""

    def __init__(self, terminal: Terminal, person: CastPerson, pages: int = 2) -> None:
        self.terminal, self.person = terminal, person
        opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True))
        self.token = msgspec.json.decode(opened.content, type=wire.Session).token
        self.pages = pages
        self.given = self.asked()

    def asked(self) -> wire.Upload:
        ask = wire.UploadAsk(item=22, document=DOCUMENT, pages=self.pages)
        answer = self.terminal.send(wire.UPLOAD_OPEN, ask, self.token)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=wire.Upload)

    @property
    def path(self) -> str:
        return UPLOAD_PATH + self.given.link.rpartition("/")[2]

    def state(self, *, close: bool = False) -> wire.UploadState:
        answer = self.terminal.send(
            wire.UPLOAD_LOOK, wire.UploadLook(upload=self.given.upload, close=close), self.token
        )
        return msgspec.json.decode(answer.content, type=wire.UploadState)


@pytest.fixture(scope="module")
def phone(platform: State) -> Iterator[httpx.Client]:
    """Nobody's browser: no certificate, and it does not follow by itself."""
    context = ssl.create_default_context(cafile=str(platform.folder / "ca.pem"))
    with httpx.Client(base_url=platform.public_url, verify=context, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def visit(terminal: Terminal) -> Visit:
    person = somebody()
    insured(person, 12)
    return Visit(terminal, person)


def send(phone: httpx.Client, path: str, data: bytes = GOOD, name: str = "page.jpg", **more: object) -> httpx.Response:
    return phone.post(path, files={"page": (name, data, "image/jpeg")}, **more)  # type: ignore[arg-type]


def opened(visit: Visit, reference: str) -> Image.Image:
    record = PhotoRecord.objects.get(device_id=visit.terminal.id, sha256=reference)
    return Image.open(io.BytesIO(pictures.opened(visit.terminal.id, record.key, "李", "核对")))


def test_two_pages_then_done_and_the_matter_names_them(phone: httpx.Client, visit: Visit, deliverer: Deliverer) -> None:
    assert visit.state() == wire.UploadState(pages=(), seen=False, open=True)
    page = phone.get(visit.path)
    assert page.status_code == 200
    assert "拍一张" in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert visit.state().seen
    first = send(phone, visit.path)
    assert first.status_code == 303
    second = send(phone, first.headers["Location"], encoded(sheet(1600, 1200), "PNG"))
    assert second.status_code == 303
    last = phone.get(second.headers["Location"])
    assert "收到 2 页" in last.text
    assert 'type="file"' not in last.text, "no more are asked for"
    done = phone.post(second.headers["Location"], data={"done": "1"})
    assert "传好了" in done.text
    state = visit.state()
    assert (len(state.pages), state.open) == (2, False)
    assert [opened(visit, one).size for one in state.pages] == [(1200, 1600), (1600, 1200)]
    made, receipt = hand_in(deliverer, visit.person, 22, {**CERTIFICATE, DOCUMENT: state.pages})
    assert receipt.verdict is Verdict.ACCEPTED
    assert documents.opened(made.receipt, 1, reviewer(), "核对").startswith(b"\xff\xd8\xff")


def test_what_is_kept_is_the_picture_and_nothing_else(phone: httpx.Client, visit: Visit) -> None:
    """Place, time, name of the telephone, comment, and what hangs behind the picture: gone. It stands upright."""
    picture = sheet()
    exif = picture.getexif()
    exif[0x0110] = "MADE-UP-PHONE"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (38.0, 24.0, 11.0)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        inside.writestr("evil.html", "<script>alert(1)</script>")
    sent = encoded(picture, exif=exif, comment=b"MADE-UP-COMMENT") + archive.getvalue()
    assert b"MADE-UP-PHONE" in sent
    assert send(phone, visit.path, sent).status_code == 303
    (reference,) = visit.state().pages
    record = PhotoRecord.objects.get(sha256=reference)
    kept = opened(visit, reference)
    assert kept.size == (1600, 1200)  # turned
    assert not kept.getexif()
    assert not {"exif", "comment", "icc_profile", "photoshop"} & kept.info.keys()
    plain = pictures.opened(visit.terminal.id, record.key, "李", "核对")
    for trace in (b"MADE-UP", b"script", b"PK\x03\x04", b"Exif"):
        assert trace not in plain
        assert trace not in bytes(record.sealed)
    assert len(plain) <= limits.PHOTO_BYTES


@pytest.mark.parametrize("what", list(NOT_PAGES))
def test_what_is_no_readable_page_is_said_plainly_and_the_link_lives(
    phone: httpx.Client, visit: Visit, what: str
) -> None:
    make, words = NOT_PAGES[what]
    answer = send(phone, visit.path, make())
    assert answer.status_code in (400, 422), answer.text
    assert words in answer.text
    assert visit.state().pages == ()
    assert send(phone, visit.path).status_code == 303


def test_fifty_megabytes_are_not_even_read(phone: httpx.Client, visit: Visit, platform: State) -> None:
    """By its length alone: before a byte of it is looked at, and whatever the length says."""
    just = phone.post(
        visit.path, content=bytes(limits.UPLOAD_BYTES + 1_000),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    assert just.status_code in (400, 413)
    for length in ("50000000", "999999999999"):
        assert _head_only(platform, visit.path, length) == "413"
    assert phone.get(visit.path).status_code == 200
    assert visit.state().pages == ()


@pytest.mark.parametrize("end", ["too large", "over"])
def test_the_answer_arrives_though_nobody_reads_what_is_sent(
    phone: httpx.Client, visit: Visit, platform: State, end: str
) -> None:
    """A line that is closed with bytes on it is reset; whoever is slow to send would see that, and no sentence."""
    length, words = (20_000_000, "太大") if end == "too large" else (5_000_000, "用不了")
    if end == "over":
        closed(visit)
    context = ssl.create_default_context(cafile=str(platform.folder / "ca.pem"))
    line = socket.create_connection(("127.0.0.1", platform.config.public_port), timeout=30)
    with context.wrap_socket(line, server_hostname="127.0.0.1") as shaken:
        shaken.sendall(head(visit.path, str(length)))
        told = b""
        while b"</html>" not in told and (more := shaken.recv(65_536)):
            told += more
        for _ in range(length // 100_000):
            shaken.sendall(bytes(100_000))
        assert shaken.recv(1) == b""
    assert words in told.decode()


def _head_only(platform: State, path: str, length: str) -> str:
    """What is answered to a head that promises *length* bytes."""
    context = ssl.create_default_context(cafile=str(platform.folder / "ca.pem"))
    line = socket.create_connection(("127.0.0.1", platform.config.public_port), timeout=30)
    with context.wrap_socket(line, server_hostname="127.0.0.1") as shaken:
        shaken.sendall(head(path, length))
        try:
            return shaken.recv(64).decode().split(" ")[1]
        except (OSError, IndexError):
            return ""


def head(path: str, length: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: multipart/form-data; boundary=x",
             f"Content-Length: {length}", "", "")  # fmt: skip
    return "\r\n".join(lines).encode()


def test_an_address_is_good_for_one_page(phone: httpx.Client, visit: Visit) -> None:
    assert send(phone, visit.path).status_code == 303
    for again in (phone.get(visit.path), send(phone, visit.path)):
        assert again.status_code == 410
        assert "用不了" in again.text
    assert len(visit.state().pages) == 1


def test_of_the_two_ways_to_a_picture_the_one_that_was_used_counts(phone: httpx.Client, visit: Visit) -> None:
    """A browser sends the other empty. Two pictures at once are one too many, and 传完了 loses none."""

    def both(first: bytes, second: bytes, **more: object) -> httpx.Response:
        parts = [("page", ("a.jpg" if data else "", data, "image/jpeg")) for data in (first, second)]
        return phone.post(visit.path, files=parts, **more)  # type: ignore[arg-type]

    assert "一次请选一张" in both(GOOD, GOOD).text
    assert both(b"", b"").status_code == 400
    assert both(b"", GOOD, data={"done": "1"}).status_code == 303
    assert len(visit.state().pages) == 1


def test_of_two_at_once_one_is_taken(phone: httpx.Client, visit: Visit) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send(phone, visit.path).status_code, range(4)))
    assert sorted(answers) == [303, 410, 410, 410]
    assert len(visit.state().pages) == 1


def test_no_more_pages_than_were_asked_for(phone: httpx.Client, terminal: Terminal) -> None:
    one = Visit(terminal, somebody(), pages=1)
    following = send(phone, one.path).headers["Location"]
    assert send(phone, following).status_code == 410
    assert len(one.state().pages) == 1


def test_tries_are_counted(phone: httpx.Client, visit: Visit) -> None:
    UploadLink.objects.filter(name=visit.given.upload).update(tries=limits.UPLOAD_TRIES - 1)
    assert send(phone, visit.path, b"%PDF").status_code == 422
    assert send(phone, visit.path).status_code == 410


def closed(visit: Visit) -> None:
    visit.state(close=True)


def visit_over(visit: Visit) -> None:
    visit.terminal.send(wire.SESSION_CLOSE, wire.Empty(), visit.token)


def ran_out(visit: Visit) -> None:
    UploadLink.objects.filter(name=visit.given.upload).update(expires_at=clock.now())


def clock_was_ahead(visit: Visit) -> None:
    UploadLink.objects.filter(name=visit.given.upload).update(expires_at=clock.now() + timedelta(days=1))


def another_link(visit: Visit) -> None:
    visit.asked()


@pytest.mark.parametrize("end", [closed, visit_over, ran_out, clock_was_ahead, another_link])
def test_a_link_that_ended_opens_nothing(phone: httpx.Client, visit: Visit, end: Callable[[Visit], None]) -> None:
    path = visit.path
    end(visit)
    assert phone.get(path).status_code == 410
    assert send(phone, path).status_code == 410
    assert PhotoRecord.objects.filter(upload__name=visit.given.upload).count() == 0


def test_a_link_is_forgotten_a_day_after_it_ended_and_the_page_stays(
    phone: httpx.Client, visit: Visit, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(phone, visit.path).status_code == 303
    (page,) = visit.state().pages
    fresh = Visit(terminal, somebody())
    for name, ended in ((visit.given.upload, timedelta(days=1, minutes=1)), (fresh.given.upload, timedelta(hours=23))):
        UploadLink.objects.filter(name=name).update(expires_at=clock.now() - ended)
    fresh.asked()
    assert UploadLink.objects.filter(name=visit.given.upload).exists(), "nobody waits for that at a terminal"
    monkeypatch.setattr(limits, "DOCUMENTS_PRUNE_EVERY", 0.01)
    until = time.monotonic() + 60
    with pruning():
        while UploadLink.objects.filter(name=visit.given.upload).exists() and time.monotonic() < until:
            time.sleep(0.01)
    left = {one.name for one in UploadLink.objects.all()}
    assert visit.given.upload not in left
    assert fresh.given.upload in left
    assert opened(visit, page).size == (1200, 1600)


def test_the_visit_ends_while_the_picture_is_looked_at(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first look at the address and the picture's place in the table."""
    token = visit.path.removeprefix(UPLOAD_PATH)
    uploads.alive(token, clock.now())
    visit_over(visit)
    with pytest.raises(uploads.GoneError):
        uploads.take(token, GOOD, clock.now())
    assert PhotoRecord.objects.filter(upload__name=visit.given.upload).count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "x",
        "A" * 43,
        "../f/1",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "a/b",
        "A" * 5000,
        "'; DROP TABLE x; --",
    ],
)
def test_guessed_addresses_open_nothing(phone: httpx.Client, visit: Visit, path: str) -> None:
    for answer in (phone.get(UPLOAD_PATH + path), send(phone, UPLOAD_PATH + path, b"x")):
        assert answer.status_code in (400, 404, 405, 410, 414), answer.status_code
        assert "/etc" not in answer.text
    assert visit.state().open


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x.jpg", "<script>alert(1)</script>.jpg", "a\0b.jpg", "x" * 4000, ""]
)
def test_the_files_own_name_is_nobodys_business(phone: httpx.Client, visit: Visit, name: str) -> None:
    answer = send(phone, visit.path, GOOD, name)
    shown = phone.get(answer.headers["Location"]) if answer.status_code == 303 else answer
    assert answer.status_code in (303, 400)
    assert "<script" not in shown.text
    assert "cron" not in shown.text


def test_another_visit_sees_and_uses_none_of_it(
    phone: httpx.Client, visit: Visit, terminal: Terminal, other_terminal: Terminal, deliverer: Deliverer
) -> None:
    send(phone, visit.path)
    (page,) = visit.state().pages
    stranger = somebody()
    insured(stranger, 12)
    other = Visit(terminal, stranger)
    answer = terminal.send(wire.UPLOAD_LOOK, wire.UploadLook(upload=visit.given.upload), other.token)
    assert problem_of(answer).code is ProblemCode.NOT_FOUND
    elsewhere = Visit(other_terminal, visit.person)
    answer = other_terminal.send(wire.UPLOAD_LOOK, wire.UploadLook(upload=visit.given.upload), elsewhere.token)
    assert problem_of(answer).code is ProblemCode.NOT_FOUND
    _, receipt = hand_in(deliverer, stranger, 22, {**CERTIFICATE, DOCUMENT: (page,)})
    assert receipt.verdict is Verdict.REFUSED
    _, receipt = hand_in(deliverer, visit.person, 22, {**CERTIFICATE, DOCUMENT: (page,)})
    assert receipt.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "ask",
    [{"item": 1}, {"item": 999}, {"document": "phone"}, {"document": ""}, {"pages": 0}, {"pages": 99}, {"pages": -1}],
)
def test_a_link_is_for_a_document_that_the_item_asks_for(visit: Visit, ask: dict[str, object]) -> None:
    plain = wire.UploadAsk(item=22, document=DOCUMENT, pages=1)
    answer = visit.terminal.send(wire.UPLOAD_OPEN, msgspec.structs.replace(plain, **ask), visit.token)
    assert problem_of(answer).code is ProblemCode.NOT_FOUND


def test_a_link_wants_proof(terminal: Terminal) -> None:
    opened_ = terminal.send(wire.SESSION_OPEN, card_of(somebody(), pin=False))
    token = msgspec.json.decode(opened_.content, type=wire.Session).token
    answer = terminal.send(wire.UPLOAD_OPEN, wire.UploadAsk(item=22, document=DOCUMENT, pages=1), token)
    assert problem_of(answer).code is ProblemCode.NOT_ALLOWED


def test_a_line_that_breaks_in_the_middle_leaves_the_address_as_it_was(
    phone: httpx.Client, visit: Visit, platform: State
) -> None:
    context = ssl.create_default_context(cafile=str(platform.folder / "ca.pem"))
    line = socket.create_connection(("127.0.0.1", platform.config.public_port), timeout=30)
    with context.wrap_socket(line, server_hostname="127.0.0.1") as shaken:
        shaken.sendall(head(visit.path, "100000") + b"--x\r\n" + b"\xff" * 5000)
    assert send(phone, visit.path).status_code == 303
    assert len(visit.state().pages) == 1


def test_nothing_of_a_picture_is_written_in_the_open(phone: httpx.Client, visit: Visit, platform: State) -> None:
    """Neither beside the database nor in it, nor where a server would put what it receives: not what was sent, and not
    what was made of it."""
    mark = b"MADE-UP-MARK-OF-A-PICTURE"
    made = uploads.page_of(GOOD + mark)
    before = set(Path(tempfile.gettempdir()).iterdir())
    assert send(phone, visit.path, GOOD + mark).status_code == 303
    assert {one for one in set(Path(tempfile.gettempdir()).iterdir()) - before if one.suffix == ".upload"} == set()
    files = [file.read_bytes() for file in platform.folder.rglob("*") if file.is_file()]
    sealed = bytes(PhotoRecord.objects.get(sha256=visit.state().pages[0]).sealed)
    assert stands_in(sealed, files), "what is searched for is found where it is"
    assert not any(mark in one for one in files)
    assert not stands_in(made, files)


def test_a_disk_that_is_full_is_said(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> str:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("central.uploads.take", full)
    request = RequestFactory().post(visit.path, {"page": SimpleUploadedFile("p.jpg", GOOD)}, HTTP_HOST="127.0.0.1")
    answer = upload_page.upload(request, visit.path.removeprefix(UPLOAD_PATH))
    assert answer.status_code == 503
    assert "存不下" in answer.content.decode()


@pytest.mark.parametrize("size", [(1200, 1600), (4000, 3000)])
def test_a_telephones_picture_becomes_one_of_the_size_that_is_kept(size: tuple[int, int]) -> None:
    made = Image.open(io.BytesIO(uploads.page_of(encoded(sheet(*size)))))
    assert max(made.size) <= limits.PHOTO_PIXELS
    assert made.format == "JPEG"


def test_a_picture_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its head alone, and not only because there is no memory for it."""
    monkeypatch.setattr(uploads, "ARGUMENTS", ("1000000", *uploads.ARGUMENTS[1:]))
    with pytest.raises(uploads.NotAPageError, match="large"):
        uploads.page_of(GOOD)
