"""Admitting a terminal, and the platform's other commands: every form of a key, and every no in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.models import Terminal
from central.state import State

from .conftest import run

LOG_KEY = Ed25519PrivateKey.generate().public_key()
PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with a request for a certificate and a log key."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    (tmp_path / "request.csr").write_bytes(request.public_bytes(Encoding.PEM))
    (tmp_path / "log.pub").write_bytes(LOG_KEY.public_bytes(*PEM))
    return tmp_path


def admit(platform: State, papers: Path, name: str = "TEST-0778"):
    return run(
        "admit", "--state", str(platform.folder), "--terminal", name, "--csr", str(papers / "request.csr"),
        "--log-key", str(papers / "log.pub"), "--out", str(papers / "out"), check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        LOG_KEY.public_bytes(*PEM),
        LOG_KEY.public_bytes_raw(),
        LOG_KEY.public_bytes_raw().hex().encode() + b"\n",
    ],
)
def test_every_form_of_a_log_key_is_admitted_as_the_same_key(platform: State, papers: Path, content: bytes):
    (papers / "log.pub").write_bytes(content)
    done = admit(platform, papers)
    assert done.returncode == 0, done.stderr
    assert Terminal.objects.get(pk="TEST-0778").log_key == LOG_KEY.public_bytes_raw().hex()
    assert {path.name for path in (papers / "out").iterdir()} == {"ca.pem", "terminal.pem", "platform.json"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"zz" * 32,
        b"ab" * 31,
        "日志公钥".encode(),
        X25519PrivateKey.generate().public_key().public_bytes(*PEM),
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        None,
    ],
)
def test_a_log_key_that_is_none_admits_nobody_and_is_said_in_a_line(
    platform: State, papers: Path, content: bytes | None
):
    (papers / "log.pub").unlink()
    if content is not None:
        (papers / "log.pub").write_bytes(content)
    done = admit(platform, papers, "TEST-0779")
    assert done.returncode == 1
    assert done.stderr.startswith("没有做成" if content is None else "没有接纳")
    assert "Traceback" not in done.stderr
    assert not (papers / "out").exists()
    assert not Terminal.objects.filter(pk="TEST-0779").exists()


def test_a_terminal_is_not_admitted_under_a_name_that_is_none(platform: State, papers: Path):
    done = admit(platform, papers, "终端一")
    assert done.returncode == 1
    assert "letters" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("revoke", "--terminal", "TEST-9999"), "没有这台终端"),
        (("ecode", "--person", "nobody"), "没有这个人"),
        (("ecode", "--person", ""), "没有这个人"),
        (("unblock", "--person", "nobody"), "没有这个人"),
    ],
)
def test_whom_the_platform_does_not_have_it_says_it_does_not_have(
    platform: State, command: tuple[str, ...], words: str
):
    done = run(command[0], "--state", str(platform.folder), *command[1:], check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("revoke", "--terminal", "TEST-0001"),
        ("seed", "--cast", "none.toml"),
    ],
)
def test_a_folder_that_is_no_platform_is_told_in_a_line(tmp_path: Path, command: tuple[str, ...]):
    done = run(command[0], "--state", str(tmp_path / "none"), *command[1:], check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("没有做成")
    assert "none" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_platforms_do_not_serve_on_one_port(platform: State):
    """The second one says whose fault it is, and the first goes on."""
    done = run("serve", "--state", str(platform.folder), check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("没有做成")


def test_a_platform_told_to_serve_others_than_this_machine_does_not(tmp_path: Path):
    """A city's platform stands behind its own front; this one never listens on a network by mistake."""
    folder = str(tmp_path / "p")
    run("init", "--state", folder, "--port", "18448", "--host", "192.0.2.7")
    done = run("serve", "--state", folder, check=False)
    assert done.returncode == 1
    assert "192.0.2.7" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_platform_under_a_name_has_a_certificate_for_the_name(tmp_path: Path):
    run("init", "--state", str(tmp_path / "p"), "--port", "18448", "--host", "localhost")
    certificate = x509.load_pem_x509_certificate((tmp_path / "p" / "server.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [x509.DNSName("localhost")]


def test_a_request_whose_key_is_not_on_a_curve_is_not_signed(platform: State, papers: Path):
    key = rsa.generate_private_key(65_537, 2048)
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    (papers / "request.csr").write_bytes(request.public_bytes(Encoding.PEM))
    done = admit(platform, papers, "TEST-0780")
    assert done.returncode == 1
    assert "curve" in done.stderr
    assert "Traceback" not in done.stderr
