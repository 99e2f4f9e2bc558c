"""The route for third-generation cards and the emulated HSM behind it."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from central.hsm import KEYS, EmulatedHsm, HsmKeys, NoKeysError, _encrypt
from contract import wire
from contract.wire import ProblemCode
from tests.central.conftest import CAST, Terminal

ASK = wire.CardAuthAsk(
    region="140900",
    reset_info="00815444000000000000015638",
    algorithm="SM4",
    card_id_code="140900D1560000050000000000015638",
    internal_factor=b"factor-1",
    internal_source=b"source-1",
    external_factor=b"factor-2",
    external_source=b"source-2",
)


def changed(**fields: object) -> wire.CardAuthAsk:
    return msgspec.structs.replace(ASK, **fields)


@pytest.mark.parametrize("algorithm", ["SM4", "3DES"])
def test_an_admitted_terminal_gets_both_cryptograms(platform, terminal: Terminal, algorithm: str):
    ask = changed(algorithm=algorithm)
    answer = terminal.send(wire.CARD_AUTH, ask)
    assert answer.status_code == 200
    made = msgspec.json.decode(answer.content, type=wire.CardAuth)
    assert len(made.internal) == len(made.external) == 8
    assert made.internal != made.external
    home = tomllib.loads(CAST.read_text())["card_keys"]["home"]
    hsm = EmulatedHsm(msgspec.convert(home, dict[str, HsmKeys]))
    assert made == hsm.cryptograms(ask)
    again = terminal.send(wire.CARD_AUTH, changed(algorithm=algorithm, external_factor=b"factor-3"))
    assert msgspec.json.decode(again.content, type=wire.CardAuth).external != made.external


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"algorithm": "SSF33"}, ProblemCode.NO_CARD_KEYS),
        ({"algorithm": ""}, ProblemCode.NO_CARD_KEYS),
        ({"region": "14090"}, ProblemCode.BAD_REQUEST),
        ({"region": "140901"}, ProblemCode.BAD_REQUEST),
        ({"reset_info": "0081"}, ProblemCode.BAD_REQUEST),
        ({"reset_info": "xx" * 13}, ProblemCode.BAD_REQUEST),
        ({"card_id_code": "140900"}, ProblemCode.BAD_REQUEST),
        ({"card_id_code": ASK.card_id_code + "\n"}, ProblemCode.BAD_REQUEST),
        ({"internal_factor": b""}, ProblemCode.BAD_REQUEST),
        ({"external_source": b"123456789"}, ProblemCode.BAD_REQUEST),
    ],
)
def test_what_is_not_sound_is_refused(platform, terminal: Terminal, fields: dict[str, object], code: ProblemCode):
    answer = terminal.send(wire.CARD_AUTH, changed(**fields))
    assert msgspec.json.decode(answer.content, type=wire.Problem).code is code


def test_keys_are_for_the_platform_alone(platform, terminal: Terminal):
    path = platform.folder / KEYS
    assert path.stat().st_mode & 0o777 == 0o600
    for keys in msgspec.json.decode(path.read_bytes(), type=dict[str, HsmKeys]).values():
        assert keys.external.encode() not in terminal.send(wire.CARD_AUTH, ASK).content


def test_a_platform_without_keys_has_none(tmp_path):
    with pytest.raises(NoKeysError):
        EmulatedHsm.of(tmp_path).cryptograms(ASK)


def test_sm4_as_in_the_standard():
    """GB/T 32907-2016, example 1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert _encrypt("SM4", key, key).hex().upper() == "681EDF34D206965E86B3E94F536E4246"
