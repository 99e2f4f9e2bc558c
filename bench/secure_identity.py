"""enrolment: what the code's proofs cost, beside a bare certificate request over TLS, in turn, in processor time.

Both make a TLS key and a request, send it over a real TLS connection on the loopback, have it signed by a CA of the
same kind, take the certificate and write key and request. The terminal's way has besides: the code's keys, both proofs,
the sealed reply, a log key that is bound to the request, and key files that open on this machine only.
"""

from __future__ import annotations

import gc
import secrets
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.report import Figure
from bench.report import write as write_figures
from central import authority
from contract import enrolment as agreed
from contract.enrolment import EnrolAnswer, EnrolAsk, LogKey, Papers
from secure import enrolment
from secure.reading.signing import device_verifier
from secure.whole import write

GOAL: Final = 1.5
ROUNDS: Final = 7
REPEATS: Final = 20
"""Enrolments in one round: a single one is near the clock's grain."""
LENGTH_BYTES: Final = 4
MEMORY: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder made in it, for its owner
"""Files in memory: what a disk takes to be sure is no compute, and differs from disk to disk."""
CODE: Final = agreed.parse_code(agreed.new_code())
KEYS: Final = agreed.keys_of(CODE)

Answer = Callable[[bytes], bytes]


class Platform:
    """A TLS server in a thread that answers with *answer*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for names, made in ((("ca.key", "ca.pem"), authority.make_root()),):
            for name, content in zip(names, made, strict=True):
                (folder / name).write_bytes(content)
        key, certificate = authority.make_server(folder, "127.0.0.1")
        (folder / "server.key").write_bytes(key)
        (folder / "server.pem").write_bytes(certificate)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = self._socket.getsockname()
        self.answer: Answer = bytes

    def serve(self, times: int) -> None:
        for _ in range(times):
            line, _ = self._socket.accept()
            with closing(self._context.wrap_socket(line, server_side=True)) as wrapped:
                put(wrapped, self.answer(take(wrapped)))

    def close(self) -> None:
        self._socket.close()


def put(line: ssl.SSLSocket, content: bytes) -> None:
    line.sendall(len(content).to_bytes(LENGTH_BYTES, "big") + content)


def take(line: ssl.SSLSocket) -> bytes:
    with line.makefile("rb") as file:
        return file.read(int.from_bytes(file.read(LENGTH_BYTES), "big"))


def ask(platform: Platform, content: bytes) -> bytes:
    context = ssl.create_default_context(cafile=str(platform.folder / "ca.pem"))
    with (
        socket.create_connection(platform.address) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as wrapped,
    ):
        put(wrapped, content)
        return take(wrapped)


# -- bare ------------------------------------------------------------------------------------------------------------


def bare(platform: Platform, folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    mine = folder / secrets.token_hex(8)
    mine.mkdir()
    write(mine / "tls.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write(mine / "request.csr", request.public_bytes(Encoding.PEM))
    answer = msgspec.json.decode(ask(platform, request.public_bytes(Encoding.DER)), type=list[bytes])
    certificate = x509.load_pem_x509_certificate(answer[0])
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(answer[1]))
    assert certificate.public_key() == key.public_key()


def bare_answer(platform: Platform) -> Answer:
    def answer(request: bytes) -> bytes:
        certificate = authority.sign_terminal(platform.folder, "T-0001", request)
        return msgspec.json.encode([certificate, (platform.folder / "ca.pem").read_bytes()])

    return answer


# -- enrolment -------------------------------------------------------------------------------------------------------


def enrol(platform: Platform, folder: Path) -> None:
    keys = agreed.keys_of(CODE)
    csr = enrolment.prepare(folder / secrets.token_hex(8), "SN-BENCH", None)
    answer = msgspec.json.decode(ask(platform, msgspec.json.encode(enrolment.ask(keys, csr))), type=EnrolAnswer)
    enrolment.fitting(enrolment.opened(keys, csr, answer), csr)


def enrol_answer(platform: Platform) -> Answer:
    def answer(content: bytes) -> bytes:
        asked = msgspec.json.decode(content, type=EnrolAsk)
        assert KEYS.ask_mac(asked.csr) == asked.mac
        csr = authority.read_request(asked.csr)
        extension = csr.extensions.get_extension_for_oid(x509.ObjectIdentifier(agreed.LOG_KEY_OID)).value
        assert isinstance(extension, x509.UnrecognizedExtension)
        log = msgspec.msgpack.decode(extension.value, type=LogKey)
        try:
            device_verifier(log.public).verify(log.signature, agreed.log_key_signed(authority.spki(csr)))
        except InvalidSignature as error:
            raise AssertionError from error
        files = {
            "ca.pem": (platform.folder / "ca.pem").read_bytes(),
            "terminal.pem": authority.sign_terminal(platform.folder, "T-0001", csr),
            "platform.json": b"{}",
        }
        plain = msgspec.json.encode(Papers(terminal="T-0001", number=1, point="村", at="", files=files))
        nonce = secrets.token_bytes(12)
        reply = nonce + AESGCM(KEYS.sealing).encrypt(nonce, plain, None)
        return msgspec.json.encode(EnrolAnswer(reply=reply, mac=KEYS.reply_mac(asked.csr, reply)))

    return answer


def measure(rounds: int) -> list[Figure]:
    """Processor milliseconds of one enrolment, both ends together; the two ways in turn."""
    mine: list[float] = []
    peer: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-identity-", dir=MEMORY) as name,
        closing(Platform(Path(name))) as platform,
    ):
        for one in range(rounds + 1):
            for way, answer, values in (
                (bare, bare_answer(platform), peer),
                (enrol, enrol_answer(platform), mine),
            ):
                platform.answer = answer
                spent = _once(platform, way, Path(name))
                if one:  # the first round warms up libraries and their tables
                    values.append(spent)
    return [Figure("enrolment compute", mine, "ms", "bare CSR + TLS", peer, GOAL)]


def _once(platform: Platform, way: Callable[[Platform, Path], None], folder: Path) -> float:
    server = threading.Thread(target=platform.serve, args=(REPEATS,))
    server.start()
    gc.collect()
    begun = time.process_time()
    for _ in range(REPEATS):
        way(platform, folder)
    server.join()
    return (time.process_time() - begun) * 1000 / REPEATS


def main() -> int:
    """``python -m bench.secure_identity [JSON]``"""
    write_figures("secure_identity", measure(ROUNDS), Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
