"""``kiosk enrol``: with a code a technician makes a machine a terminal of the city."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import httpx
import msgspec

from contract import enrolment as agreed
from contract import limits
from contract.enrolment import CodeError, EnrolAnswer, EnrolAsk, EnrolNo, EnrolProblem
from contract.log_format import INTL, SUITES, suite_name
from kiosk import identity_command
from kiosk.unproven import post
from secure import enrolment, identity, machine
from secure.file import LedgerInUseError, lock
from secure.keeper import NotOpenedError
from secure.tpm import Tpm, TpmError

DONE, NOT_DONE, NOT_USABLE = 0, 1, 2
HTTP_OK: Final = 200
CHINA: Final = ZoneInfo("Asia/Shanghai")

NOES: Final = {
    EnrolNo.UNKNOWN: "平台说没有给这台机器（序列号 {serial}）开过编码：核对平台地址、编码和序列号，再请县里看一看。",
    EnrolNo.WRONG_CODE: "编码不对：请对照单子再输一次。还能试 {tries} 次。",
    EnrolNo.EXPIRED: "编码过期了（开出后 24 小时内有效）：请县里重新开一个。",
    EnrolNo.USED: "编码用过了：一个编码只能用一次，请县里重新开一个。要是没人用过，马上告诉县里。",
    EnrolNo.BURNT: "编码作废了：输错次数太多，请县里重新开一个。",
    EnrolNo.OTHER_SERIAL: "编码是开给另一台机器的：这台的序列号是 {serial}，请核对铭牌。还能试 {tries} 次。",
    EnrolNo.BAD_REQUEST: "平台没有看懂申请：终端和平台的版本可能不一样，请告诉县里。",
    EnrolNo.REVOKED_KEY: "这台终端的密钥吊销过或登记在别处：请把 {folder} 移走，再用新编码入网。",
    EnrolNo.OTHER_SUITE: "平台用的密码算法和 --suite 写的不一样：国密的平台写 --suite GM，别的不写。编码还能用。",
    EnrolNo.BUSY: "平台忙，稍等一会儿再试一次，编码还能用。",
}
"""What the technician does next, for every no."""
FALSE: Final = "答复不是开编码的平台给的：可能是假平台，或中间有人改过。什么都没有存。请核对地址，告诉县里。"
AWAY: Final = "连不上平台 {address}：检查网线和地址，再运行一次。编码还能用。"
GARBLED: Final = "{address} 的答复看不懂：它可能不是平台，请核对地址。什么都没有存。"
CLOCK: Final = "本机时间不对：本机 {mine}，平台 {theirs}。请校准时间，十分钟内用同一个编码再运行一次。什么都没有存。"


class NotDoneError(Exception):
    """Why not, in a sentence for the technician."""


def main(arguments: Sequence[str], root: Path = Path("/"), clock: Callable[[], datetime] | None = None) -> int:
    """``kiosk enrol``. Exit code 0: enrolled (also when it was before); 1: not; 2: not usable."""
    parser = argparse.ArgumentParser(prog="kiosk enrol", description="用县里开的编码让这台终端入网")
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--code", default="", help="入网编码，21 个字符；短横、空格、大小写都随意")
    given.add_argument("--qr", default="", help="二维码里的文字，地址和编码都在里面")
    parser.add_argument("--address", default="", help="平台地址，https://…；有 --qr 时不用写")
    parser.add_argument("--folder", type=Path, required=True, help="这台终端的身份目录")
    parser.add_argument(
        "--suite",
        choices=sorted(map(suite_name, SUITES)),
        default=suite_name(INTL),
        help="平台是国密的就写 GM；有 --qr 时不用写",
    )
    parser.add_argument("--serial", default="", help="机身序列号；不写就问固件")
    parsed = parser.parse_args(arguments)
    try:
        _enrol(parsed, root, clock or _now)
        print("已入网 enrolled")
        identity_command.tell(parsed.folder)
    except CodeError as error:
        print(f"编码不对：{error}", file=sys.stderr)
        return NOT_USABLE
    except (NotDoneError, NotOpenedError, identity.IdentityError) as error:
        print(f"没有入网：{error}", file=sys.stderr)
        return NOT_DONE
    except LedgerInUseError:
        print("没有入网：另一个 kiosk enrol 正在用这个目录", file=sys.stderr)
        return NOT_DONE
    except TpmError as error:
        print(f"没有入网：{error}。检查 BIOS 里 TPM 是否打开，再运行一次。", file=sys.stderr)
        return NOT_DONE
    except OSError as error:
        print(f"没有入网：{parsed.folder} 写不了：{error.strerror or error}", file=sys.stderr)
        return NOT_DONE
    return DONE


def _now() -> datetime:
    return datetime.now(CHINA)


def _enrol(parsed: argparse.Namespace, root: Path, clock: Callable[[], datetime]) -> None:
    """Raises CodeError, NotDoneError and what files and the TPM raise."""
    folder: Path = parsed.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        if enrolment.is_enrolled(folder):
            return
        typed = None if parsed.qr else (parsed.address, agreed.parse_code(parsed.code), parsed.suite)
        address, code, suite = typed or agreed.parse_qr(parsed.qr)
        if not address.startswith("https://"):
            raise CodeError("还要平台的地址，https:// 开头（--address）")
        serial = parsed.serial or machine.serial(root)
        if not agreed.SERIAL.fullmatch(serial):
            raise CodeError("问不到机身序列号：请照铭牌写 --serial")
        keys = agreed.keys_of(code)
        csr = enrolment.prepare(folder, serial, Tpm.found() if root == Path("/") else None, root, suite)
        answer = asyncio.run(exchange(address, enrolment.ask(keys, csr)))
        if isinstance(answer, EnrolProblem):
            raise NotDoneError(NOES[answer.no].format(serial=serial, tries=answer.tries_left, folder=folder))
        try:
            enrolment.accept(folder, keys, csr, answer, clock())
        except enrolment.FalseReplyError:
            raise NotDoneError(FALSE) from None
        except enrolment.ClockError as error:
            mine = clock().astimezone(CHINA).isoformat(timespec="seconds")
            raise NotDoneError(CLOCK.format(mine=mine, theirs=error.platform_time)) from None


async def exchange(address: str, ask: EnrolAsk) -> EnrolAnswer | EnrolProblem:
    """One request, bounded in time and in bytes. Raises NotDoneError.

    The server's certificate is not looked at: whether it is the platform is told by the proof in its reply.
    """
    try:
        async with asyncio.timeout(limits.ENROL_ANSWER):
            status, body = await post(address.rstrip("/") + agreed.ENROL_PATH, msgspec.json.encode(ask))
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL):
        raise NotDoneError(AWAY.format(address=address)) from None
    try:
        if status == HTTP_OK:
            return msgspec.json.decode(body, type=EnrolAnswer)
        return msgspec.json.decode(body, type=EnrolProblem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotDoneError(GARBLED.format(address=address)) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One enrolment a folder at a time."""
    held = lock(folder / "enrol")
    try:
        yield
    finally:
        os.close(held)
