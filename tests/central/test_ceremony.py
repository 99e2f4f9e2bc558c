"""``central config``: the holders' own commands from the first key to the second root, and how the terminals stand."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.configuration import ceremony, releases
from central.configuration.repository import Repository
from central.models import ConfigRelease, ConfigTerminal
from central.models import Terminal as Row
from central.state import State
from contract.configuration import CONTENT, county_role
from contract.wire import ConfigReport, ConfigState

NOW = datetime.now(UTC)
ROLES = ("root", "targets", CONTENT)
TERMINAL = "CEREMONY-1"


def config(*words: object) -> int:
    """``central config WORDS`` in this process."""
    parser = argparse.ArgumentParser()
    ceremony.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["config", *map(str, words)])
    code: int = parsed.run(parsed)
    return code


class Holders:
    """Six people's keys and one platform's state folder, with nothing published."""

    def __init__(self, folder: Path) -> None:
        self.keys, self.state = folder / "keys", folder / "state"
        for role in ROLES:
            for number in range(3):
                assert config("keygen", "--name", f"{role}-{number}", "--out", self.keys) == 0
        self.store = Repository(self.state / "configuration")

    def public(self, role: str) -> list[Path]:
        return sorted(self.keys.glob(f"{role}-*.pub"))

    def sign(self, role: str, *numbers: int, by: str = "") -> None:
        for number in numbers:
            key = self.keys / f"{by or role}-{number}.key"
            assert config("sign", self.store.draft_path(role), "--key", key) == 0

    def begin(self) -> None:
        groups = [word for role in ROLES for word in (f"--{role}", *self.public(role))]
        assert config("init", "--state", self.state, *groups) == 0


@pytest.fixture
def holders(tmp_path: Path) -> Holders:
    return Holders(tmp_path)


def test_from_the_first_key_to_the_second_root(
    holders: Holders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    state = ("--state", holders.state)
    assert config("keygen", "--name", "root-0", "--out", holders.keys) == 1
    assert "没有做成" in capsys.readouterr().err
    holders.begin()
    assert "草稿" in capsys.readouterr().out
    for role in ROLES:
        holders.sign(role, 0, 2)
    assert "2 个签名" in capsys.readouterr().out
    assert config("show", *state) == 0
    assert "已发布：没有" in capsys.readouterr().out
    holders.store.publish(NOW)

    texts = tmp_path / "texts.toml"
    texts.write_text('"ok" = "好"', encoding="utf-8")
    assert config("put", *state, texts, "--minimum", "texts=1") == 0
    assert config("put", *state, texts, "--minimum", "texts=x") == 1
    assert "名字=版本" in capsys.readouterr().err
    texts.write_bytes(b"no table at all")
    assert config("put", *state, texts) == 1
    assert "obj/texts" in capsys.readouterr().err
    assert config("show", *state) == 0
    assert "obj/texts.v1" in capsys.readouterr().out
    holders.sign(CONTENT, 1, 2)
    holders.store.publish(NOW)
    assert config("county", *state, "--code", "140902", "--key", holders.public("targets")[0]) == 0
    holders.sign("targets", 1, 2)
    holders.sign(county_role("140902"), 0, by="targets")
    holders.store.publish(NOW)

    before = holders.store.read("timestamp").signed.version
    assert config("renew", *state) == 0
    assert holders.store.read("timestamp").signed.version == before + 1
    assert config("verify", *state) == 0
    assert "root 到第 1 版" in capsys.readouterr().out

    assert config("root", *state, "--root", *holders.public("root"), "--targets", *holders.public("targets")) == 0
    holders.sign("root", 0, 1)
    holders.store.publish(NOW)
    assert config("verify", *state) == 0
    assert "root 到第 2 版" in capsys.readouterr().out

    monkeypatch.setattr(ceremony, "_now", lambda: NOW + timedelta(days=4000))
    assert config("verify", *state) == 1
    assert "已到期" in capsys.readouterr().out


def test_how_the_terminals_stand(
    holders: Holders, platform: State, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told by the platform's own tables; the repository is one beside it."""
    state = ("--state", platform.folder)
    holders.begin()
    for role in ROLES:
        holders.sign(role, 0, 1)
    holders.store.publish(NOW)
    holders.store.put({"obj/texts": b""}, {}, NOW)
    holders.sign(CONTENT, 0, 1)
    holders.store.publish(NOW)
    monkeypatch.setattr(ceremony, "_repository", lambda _: holders.store)
    Row.objects.create(pk=TERMINAL, log_key="", tls_key=TERMINAL, admitted_at=NOW)
    ConfigTerminal.objects.create(pk=TERMINAL, release=None, counter=0, published=0)
    try:
        assert config("release", *state, "--release", "made-1", "--object", "texts=1") == 0
        assert "obj/texts 第 1 版" in capsys.readouterr().out
        assert config("rollout", *state, "--release", "made-1", "--ring", "100") == 0
        assert "放开到 100%" in capsys.readouterr().out
        report = ConfigReport(state=ConfigState.PARTLY, counter=1, refused={"obj/texts": "garbled"})
        ask = releases.Call(ask=report, terminal=Row.objects.get(pk=TERMINAL), session=None, at=NOW)
        releases.report(ask)
        assert config("halt", *state, "--release", "made-1", "--reason", "看过了") == 0
        assert config("status", *state) == 0
        told = capsys.readouterr().out
        assert "made-1：100%" in told
        assert "停住：看过了" in told
        assert "没有采用 obj/texts：garbled" in told
        assert config("resume", *state, "--release", "made-1") == 0
        assert config("status", *state, "--json") == 0
        found = json.loads(capsys.readouterr().out)
        assert [one["halted_for"] for one in found["releases"] if one["release"] == "made-1"] == [""]
        assert TERMINAL in [row["terminal"] for row in found["terminals"]]
        assert config("push-county", *state, "--code", "140902") == 0
        assert config("rollout", *state, "--release", "none-such", "--ring", "1") == 1
        assert "没有做成" in capsys.readouterr().err
    finally:
        ConfigTerminal.objects.filter(pk=TERMINAL).delete()
        Row.objects.filter(pk=TERMINAL).delete()
        ConfigTerminal.objects.update(release=None, before=None, counter=0, published=0)  # they were in another store
        ConfigRelease.objects.all().delete()
