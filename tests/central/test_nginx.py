"""Debian's nginx in front of the platform, by deploy/nginx: what it passes on, and what it does not."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from central import authority
from central.state import State
from contract import enrolment as agreed
from contract import wire

from .conftest import ROOT, Terminal, _free_ports, admit, run
from .village import post

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
HEADER = "X-Terminal-Certificate"
WAIT = 20.0

pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")


class Front:
    """A platform of its own and nginx before it."""

    def __init__(self, folder: Path) -> None:
        self.state, self.folder = folder / "platform", folder / "nginx"
        self.folder.mkdir()
        self.api, self.public, behind, behind_public = _free_ports(4)
        where = ["--state", str(self.state)]
        run("init", *where, "--port", str(behind), "--public-port", str(behind_public))
        run("proxy", *where, "--out", str(self.folder))
        self.terminal = admit(folder / "terminal", "FRONT-0001", state=self.state, port=self.api)
        straight = f"https://127.0.0.1:{behind}"
        self.direct = httpx.Client(base_url=straight, verify=self.terminal.context, trust_env=False)
        for name in ("server.pem", "server.key"):
            shutil.copy(self.state / name, self.folder / name)
        places = {
            "__API_LISTEN__": f"127.0.0.1:{self.api}", "__PUBLIC_LISTEN__": f"127.0.0.1:{self.public}",
            "__API_UPSTREAM__": f"127.0.0.1:{behind}", "__PUBLIC_UPSTREAM__": f"127.0.0.1:{behind_public}",
            "__FOLDER__": str(self.folder), "__NAME__": "127.0.0.1", "__UPSTREAM_NAME__": "central.internal",
            "__UPSTREAM_HOST__": "127.0.0.1",
        }  # fmt: skip
        for name in ("central.conf", "to_platform.conf"):
            text = (ROOT / "deploy" / "nginx" / name).read_text("utf-8")
            for mark, value in places.items():
                text = text.replace(mark, value)
            (self.folder / name).write_text(text, "utf-8")
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {self.folder}/pid; error_log {self.folder}/error.log info;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {self.folder}/central.conf;\n}}\n"
        )
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        platform = [sys.executable, "-m", "central", "serve", "--state", str(self.state)]
        process = subprocess.Popen(platform, cwd=ROOT, stdout=subprocess.PIPE)
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        where = ["-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"]
        nginx = [NGINX, *map(str, where)]
        self.processes.append(subprocess.Popen(nginx, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.public)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "error.log").read_text())

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait(15)
        self.direct.close()
        self.terminal.client.close()

    def bare(self) -> httpx.Client:
        """A client of the terminals' address without a certificate."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        return httpx.Client(base_url=f"https://127.0.0.1:{self.api}", verify=context, trust_env=False)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = Front(tmp_path_factory.mktemp("front"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


def pem(terminal: Terminal) -> str:
    return quote((terminal.folder / "terminal.pem").read_text("ascii"))


@pytest.fixture(scope="module")
def other(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    made = admit(tmp_path_factory.mktemp("other") / "t", "FRONT-0002", state=front.state, port=front.api)
    yield made
    made.client.close()


def revoke(front: Front, name: str) -> None:
    run("revoke", "--state", str(front.state), name)


def test_a_terminal_is_known_through_nginx(front: Front) -> None:
    assert front.terminal.send(wire.HEALTH).status_code == 200


def test_the_platforms_own_sentence_comes_through_for_a_picture_that_is_too_large(front: Front) -> None:
    context = ssl.create_default_context(cafile=str(front.folder / "ca.pem"))
    with httpx.Client(base_url=f"https://127.0.0.1:{front.public}", verify=context, trust_env=False) as client:
        for size in (13_000_000, 20_000_000):
            answer = client.post("/u/nobodys", files={"page": ("p.jpg", bytes(size), "image/jpeg")})
            assert answer.status_code == 410
            assert "用不了" in answer.text


def test_without_a_certificate_nothing_passes(front: Front) -> None:
    with front.bare() as client:
        for headers in ({}, {HEADER: pem(front.terminal)}, {"X_Terminal_Certificate": pem(front.terminal)}):
            assert client.get(wire.HEALTH.path, headers=headers).status_code == 400


def test_a_header_from_outside_is_stripped(front: Front, other: Terminal) -> None:
    """A revoked terminal names another one's certificate in the header: it is still itself, and refused."""
    assert other.send(wire.HEALTH).status_code == 200
    revoke(front, "FRONT-0002")
    for name in (HEADER, HEADER.lower(), "X_Terminal_Certificate", "x_terminal-certificate"):
        answer = other.client.get(wire.HEALTH.path, headers={name: pem(front.terminal)})
        assert answer.status_code == 403, name


def test_past_nginx_the_header_is_nobodys_word(front: Front, other: Terminal) -> None:
    """A terminal on the inner network that was revoked, with its own certificate, straight to the platform."""
    revoke(front, "FRONT-0002")
    direct = {"base_url": str(front.direct.base_url), "verify": other.context, "trust_env": False}
    with httpx.Client(**direct) as client:  # type: ignore[arg-type]
        answer = client.get(wire.HEALTH.path, headers={HEADER: pem(front.terminal)})
    assert answer.status_code == 403
    assert front.direct.get(wire.HEALTH.path).status_code == 200


def test_the_proxy_itself_is_no_terminal_and_its_word_is_checked(front: Front, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=str(front.folder / "ca.pem"))
    context.load_cert_chain(front.folder / "proxy.pem", front.folder / "proxy.key")
    key, ca = authority.make_root()
    (tmp_path / "ca.key").write_bytes(key)
    (tmp_path / "ca.pem").write_bytes(ca)
    foreign = authority.sign_terminal(tmp_path, "FRONT-0001", (front.terminal.folder / "request.csr").read_bytes())
    days, authority.TERMINAL_DAYS = authority.TERMINAL_DAYS, -1  # type: ignore[misc]
    skew, authority.SKEW = authority.SKEW, authority.SKEW * 48  # type: ignore[misc]
    try:
        request = (front.terminal.folder / "request.csr").read_bytes()
        expired = authority.sign_terminal(front.state, "FRONT-0001", request)
    finally:
        authority.TERMINAL_DAYS, authority.SKEW = days, skew  # type: ignore[misc]
    with httpx.Client(base_url=str(front.direct.base_url), verify=context, trust_env=False) as client:
        for certificate in ("", "nonsense", quote(foreign.decode()), quote(expired.decode()), quote(ca.decode())):
            headers = {HEADER: certificate} if certificate else {}
            assert client.get(wire.HEALTH.path, headers=headers).status_code == 403
        assert client.get(wire.HEALTH.path, headers={HEADER: pem(front.terminal)}).status_code == 200


def test_enrolment_passes_without_a_certificate(front: Front) -> None:
    assert post(f"https://127.0.0.1:{front.public}{agreed.NONCE_PATH}", b"{}").status_code == 200


def test_making_the_platform_again_keeps_whom_it_trusts(front: Front) -> None:
    before = State(front.state).config
    run("init", "--state", str(front.state), "--port", str(before.port), "--public-port", str(before.public_port))
    assert State(front.state).config == before
    assert before.trusted_proxy == authority.key_of((front.folder / "proxy.pem").read_bytes())
