"""``kiosk identity``: who this terminal is, how long its certificate lasts, and where its keys live."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cryptography import x509

from kiosk.renewing import renew_at
from secure import enrolment, identity, keeper
from secure.keeper import Kept

CHINA: Final = ZoneInfo("Asia/Shanghai")
DONE, NOT_THERE = 0, 1
WHERE: Final = {
    Kept.TPM: "TPM：日志密钥在芯片里，拿不出来；TLS 密钥文件只有这块芯片能打开",
    Kept.MACHINE: "文件，绑定这台机器（弱）：没有 TPM，能在这台机器上运行程序的人就能用",
    Kept.FILE: "普通文件（没有保护）：没有 TPM，机器也没有可绑定的编号，只可用于演示和测试",
}
ON_DISK: Final = "；这台机器的固件没有编号，只绑定了磁盘上的 machine-id：磁盘整个被拿走就没有保护"
"""For the readiness report too: said as it is."""
NOT_IN_TPM: Final = "文件：日志密钥是 SM2 的，TPM 没有这种算法；日志密钥和 TLS 密钥的文件都只有这块 TPM 能打开"


@dataclass(frozen=True, slots=True)
class Report:
    terminal: str
    number: int | None
    platform: str
    not_after: str
    renew_at: str
    kept: str
    kept_words: str
    algorithm: str
    log_key_sha256: str


def look(folder: Path) -> Report:
    """Raises IdentityError."""
    mine, platform = identity.load(folder), identity.load_platform(folder)
    keeping = keeper.of(folder)
    in_files = keeping.kept is Kept.TPM and not keeping.log_key_in_tpm
    on_disk = ON_DISK if keeping.on_disk else ""
    try:
        certificate = x509.load_pem_x509_certificate(mine.certificate.read_bytes())
    except (OSError, ValueError):
        raise identity.IdentityError(f"{mine.certificate} cannot be read as a certificate") from None
    return Report(
        terminal=platform.terminal,
        number=platform.number,
        platform=platform.url,
        not_after=certificate.not_valid_after_utc.astimezone(CHINA).isoformat(timespec="minutes"),
        renew_at=renew_at(certificate).astimezone(CHINA).isoformat(timespec="minutes"),
        kept=mine.kept.value,
        kept_words=NOT_IN_TPM if in_files else WHERE[mine.kept] + on_disk,
        algorithm=mine.device.algorithm.value,
        log_key_sha256=hashlib.sha256(mine.device.public).hexdigest(),
    )


def tell(folder: Path) -> None:
    """Print it for the technician. Raises IdentityError."""
    report = look(folder)
    number = "（没有）" if report.number is None else f"{report.number:04d}"
    print(f"终端 terminal     {report.terminal or '（旧的文件没有写）'}，号码 number {number}")
    print(f"平台 platform     {report.platform}")
    print(f"证书 certificate  到 {report.not_after}，{report.renew_at} 起自动换新")
    print(f"密钥 keys         {report.kept_words}")
    print(f"日志签名 log key  {report.algorithm}，SHA-256 {report.log_key_sha256[:16]}…")
    if report.terminal and report.number is not None:
        print(f'terminal.toml 里写：[terminal] id = "{report.terminal}"，number = {report.number}')


def main(arguments: Sequence[str]) -> int:
    """Exit code 0: told; 1: there is no identity that opens here."""
    parser = argparse.ArgumentParser(prog="kiosk identity", description="这台终端是谁，密钥放在哪里")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    parsed = parser.parse_args(arguments)
    try:
        enrolment.is_enrolled(parsed.folder)
        if parsed.json:
            print(json.dumps(asdict(look(parsed.folder)), ensure_ascii=False))
        else:
            tell(parsed.folder)
    except (identity.IdentityError, OSError) as error:
        print(f"还没有入网，或打不开：{error}", file=sys.stderr)
        return NOT_THERE
    return DONE
