"""Attack 25: a false enrolment server. Whatever it says, nothing is stored; and keys bound to a machine."""

from __future__ import annotations

import http.server
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from central import authority
from contract import enrolment as agreed
from contract import limits
from contract.enrolment import CodeKeys, EnrolAnswer, EnrolAsk, Papers
from kiosk import enrol_command, identity_command
from secure import enrolment, identity, keeper, machine
from secure.tpm import Tpm, TpmError

CODE = agreed.new_code()
KEYS = agreed.keys_of(agreed.parse_code(CODE))
SERIAL = "SN-FALSE"


def answered(keys: CodeKeys, csr: bytes, plain: bytes) -> EnrolAnswer:
    nonce = secrets.token_bytes(12)
    reply = nonce + AESGCM(keys.sealing).encrypt(nonce, plain, None)
    return EnrolAnswer(reply=reply, mac=keys.reply_mac(csr, reply))


class Authority:
    """A CA that would like to be the platform's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        key, certificate = authority.make_root()
        (folder / "ca.key").write_bytes(key)
        (folder / "ca.pem").write_bytes(certificate)

    def papers(self, csr: bytes, **changes: bytes) -> Papers:
        files = {
            "ca.pem": (self.folder / "ca.pem").read_bytes(),
            "terminal.pem": authority.sign_terminal(self.folder, "T-0001", csr),
            "root.json": b"{}",
            "platform.json": b"{}",
        }
        return Papers(terminal="T-0001", number=1, point="村", at="2026", files=files | changes)


@pytest.fixture
def false(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "false")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "identity"


def stored(folder: Path) -> set[str]:
    """What lies there besides the terminal's own keys and request."""
    own = {"keeping.json", "tls.key", "log.key", "log.pub", "request.csr", "enrol.lock"}
    return {path.name for path in folder.iterdir()} - own


Lie = Callable[[Authority, bytes], EnrolAnswer]
LIES: dict[str, Lie] = {
    "no proof": lambda ca, csr: EnrolAnswer(reply=msgspec.json.encode(ca.papers(csr)), mac=b""),
    "the terminal's own proof": lambda ca, csr: EnrolAnswer(
        reply=answered(KEYS, csr, msgspec.json.encode(ca.papers(csr))).reply, mac=KEYS.ask_mac(csr)
    ),
    "another code's": lambda ca, csr: answered(agreed.keys_of("0" * 20), csr, msgspec.json.encode(ca.papers(csr))),
    "another request's": lambda ca, csr: answered(KEYS, csr + b"x", msgspec.json.encode(ca.papers(csr))),
    "a byte changed": lambda ca, csr: changed(answered(KEYS, csr, msgspec.json.encode(ca.papers(csr)))),
}


def changed(answer: EnrolAnswer) -> EnrolAnswer:
    """The middle of the reply, where the root of trust is."""
    middle = len(answer.reply) // 2
    reply = answer.reply[:middle] + bytes((answer.reply[middle] ^ 1,)) + answer.reply[middle + 1 :]
    return msgspec.structs.replace(answer, reply=reply)


class Server:
    """A TLS server with a certificate of its own making that answers as it is told."""

    def __init__(self, false: Authority) -> None:
        key, certificate = authority.make_server(false.folder, "127.0.0.1")
        (false.folder / "server.key").write_bytes(key)
        (false.folder / "server.pem").write_bytes(certificate)
        self.status, self.body = 200, b""
        self.lie: Lie | None = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                ask = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])), type=EnrolAsk)
                body = outer.body if outer.lie is None else msgspec.json.encode(outer.lie(false, ask.csr))
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(false.folder / "server.pem", false.folder / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server.server_address[1]}"

    def enrol(self, folder: Path, *more: str) -> int:
        given = ["--code", CODE, "--address", self.address, "--folder", str(folder), "--serial", SERIAL]
        return enrol_command.main([*given, *more])


@pytest.fixture
def server(false: Authority) -> Iterator[Server]:
    made = Server(false)
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_attack_25_a_false_server_stores_nothing(
    server: Server, folder: Path, capsys: pytest.CaptureFixture[str], lie: Lie
) -> None:
    server.lie = lie
    assert server.enrol(folder) == 1
    assert "假平台" in capsys.readouterr().err
    assert stored(folder) == set()
    assert not enrolment.is_enrolled(folder)


def test_the_code_is_not_sent_and_the_right_reply_is_taken(server: Server, folder: Path) -> None:
    """The counterpart: the same server, knowing the code, is believed; it is the proof that decides, not TLS."""
    server.lie = lambda ca, csr: answered(KEYS, csr, msgspec.json.encode(ca.papers(csr)))
    assert server.enrol(folder) == 1  # platform.json is none: told, after the files were stored
    assert stored(folder) == {"ca.pem", "terminal.pem", "root.json", "platform.json"}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>", "看不懂"),
        (502, b"<html>", "看不懂"),
        (200, b'{"more": ' + b"[" * 60_000, "看不懂"),
        (200, b"x" * (limits.ENROL_ANSWER_BYTES + 70_000), "看不懂"),
        (503, b'{"no":"busy"}', "平台忙"),
        (403, b'{"no":"revoked_key"}', "移走"),
        (400, b'{"no":"bad_request"}', "版本"),
    ],
)
def test_every_no_is_a_sentence(
    server: Server, folder: Path, capsys: pytest.CaptureFixture[str], status: int, body: bytes, words: str
) -> None:
    server.status, server.body = status, body
    assert server.enrol(folder) == 1
    assert words in capsys.readouterr().err
    assert stored(folder) == set()


def test_proven_papers_that_do_not_fit_are_not_stored(false: Authority, folder: Path, tmp_path: Path) -> None:
    """Not an attack: a platform with a defect."""
    csr = enrolment.prepare(folder, SERIAL, None)
    other = enrolment.prepare(tmp_path / "other", SERIAL, None)
    good = false.papers(csr)
    few = msgspec.structs.replace(good, files={"ca.pem": good.files["ca.pem"]})
    wrong: list[bytes] = [
        b"{",
        msgspec.json.encode(few),
        msgspec.json.encode(false.papers(csr, **{"tls.key": b""})),
        msgspec.json.encode(false.papers(csr, **{"../x.pem": b""})),
        msgspec.json.encode(false.papers(csr, **{"terminal.pem": b"nonsense"})),
        msgspec.json.encode(false.papers(csr, **{"ca.pem": Authority(tmp_path / "ca").papers(csr).files["ca.pem"]})),
        msgspec.json.encode(false.papers(other)),
    ]
    for plain in wrong:
        with pytest.raises(enrolment.FalseReplyError):
            enrolment.accept(folder, KEYS, csr, answered(KEYS, csr, plain), datetime.now(UTC))
    short = EnrolAnswer(reply=b"", mac=KEYS.reply_mac(csr, b""))
    with pytest.raises(enrolment.FalseReplyError):
        enrolment.accept(folder, KEYS, csr, short, datetime.now(UTC))
    assert stored(folder) == set()


def test_what_cannot_be_asked_is_said_before(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = ["--address", "https://127.0.0.1:1", "--folder", str(folder)]
    assert enrol_command.main(["--code", CODE, *away, "--serial", SERIAL]) == 1
    assert "连不上" in capsys.readouterr().err
    assert enrol_command.main(["--code", CODE, *away, "--serial", "SN-OTHER"]) == 1
    assert "移走" in capsys.readouterr().err
    assert enrol_command.main(["--code", CODE[:-1], *away]) == 2
    assert enrol_command.main(["--qr", "WIFI:nonsense", *away]) == 2
    assert enrol_command.main(["--code", CODE, "--folder", str(folder)]) == 2
    assert enrol_command.main(["--code", CODE, *away], root=tmp_path) == 2
    assert "铭牌" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert enrol_command.main(["--code", CODE, "--address", "https://a", "--folder", str(tmp_path / "file")]) == 1
    with enrol_command._alone(folder):
        assert enrol_command.main(["--code", CODE, *away]) == 1
    assert "另一个" in capsys.readouterr().err


def firmware(root: Path, **values: str) -> Path:
    for name, value in values.items():
        path = root / "sys/class/dmi/id" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value + "\n")
    return root


def test_a_machine_is_what_its_firmware_says(tmp_path: Path) -> None:
    root = firmware(tmp_path, product_serial="SN-77", product_uuid="u-1", board_serial="To be filled by O.E.M.")
    assert machine.serial(root) == "SN-77"
    names = machine.sources(root)
    assert names == ("sys/class/dmi/id/product_uuid", "sys/class/dmi/id/product_serial")
    mine = machine.secret(b"salt", names, root)
    assert machine.secret(b"pepper", names, root) != mine
    firmware(tmp_path, product_uuid="u-2")
    assert machine.secret(b"salt", names, root) != mine
    firmware(tmp_path, product_uuid="")
    with pytest.raises(machine.OtherMachineError):
        machine.secret(b"salt", names, root)


def test_a_machine_without_any_number_has_plain_files_and_it_is_said(folder: Path, tmp_path: Path) -> None:
    enrolment.prepare(folder, SERIAL, None, tmp_path)
    mine = identity.load(folder)
    assert (mine.kept, mine.passphrase) == (keeper.Kept.FILE, None)
    assert mine.tls().curve.name == "secp256r1"
    assert "没有保护" in identity_command.WHERE[mine.kept]
    mine.tls_key.write_bytes(b"nonsense")
    with pytest.raises(identity.IdentityError):
        mine.tls()


def test_identity_of_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert identity_command.main(["--folder", str(folder)]) == 1
    assert "还没有入网" in capsys.readouterr().err


def test_a_tpm_that_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TpmError):
        enrolment.prepare(folder, SERIAL, Tpm("device:/dev/null"))
    assert Tpm.found() is None
    folder.mkdir(exist_ok=True)
    (folder / "request.csr").write_text("")
    (folder / "keeping.json").write_text('{"kept":"tpm","tcti":"device:/dev/null"}')
    with pytest.raises(identity.IdentityError, match="TPM"):
        identity.load(folder)
    with pytest.raises(keeper.NotOpenedError):
        keeper.of(folder).device(folder / "log.key", None)
    assert isinstance(x509.ObjectIdentifier(agreed.LOG_KEY_OID), x509.ObjectIdentifier)
