"""``central config …``: the ceremony, releases, and how the terminals stand. See docs/signed-config.md for the order.

``keygen`` and ``sign`` need nothing of the platform: they run on a key holder's own machine.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

from central.configuration import keys
from central.configuration.files import CeremonyError
from central.configuration.repository import Repository, sign
from contract import contents
from contract.configuration import CONTENT, COUNTIES, OBJECTS, named

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

THRESHOLD: Final = 2
HOLDERS: Final = 3


def add_parser(subparsers: Subparsers) -> None:
    """Mount ``config`` with its commands."""
    whole = subparsers.add_parser("config", help="签名配置：密钥、签名、发布、分圈放开")
    commands = whole.add_subparsers(required=True)

    def command(name: str, run: Callable[[Any], int], words: str, *, state: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=lambda parsed: _told(run, parsed))
        if state:
            made.add_argument("--state", type=Path, required=True, metavar="DIR", help="平台的数据目录")
        return made

    keygen = command("keygen", _keygen, "生成一把离线密钥：NAME.key 自己留着，NAME.pub 交给平台", state=False)
    keygen.add_argument("--name", required=True)
    keygen.add_argument("--out", type=Path, required=True)
    begin = command("init", _init, "开始：写出 root、targets、content 的草稿，等离线签名")
    for role in ("root", "targets", "content"):
        begin.add_argument(f"--{role}", type=Path, nargs="+", required=True, metavar="PUB", help=f"{role} 的三把公钥")
    new_root = command("root", _root, "换持钥人或换在线密钥：下一版 root（和 targets）的草稿，root 新旧两拨人都要签")
    for role in ("root", "targets"):
        new_root.add_argument(f"--{role}", type=Path, nargs="+", required=True, metavar="PUB")
    county = command("county", _county, "给一个县一个角色，只管它自己的名册和通知（targets 草稿，要签）")
    county.add_argument("--code", required=True)
    county.add_argument("--key", type=Path, nargs="+", required=True, metavar="PUB")
    put = command("put", _put, "把对象放进草稿：先检查读不读得懂，再等签名")
    put.add_argument("files", type=Path, nargs="+", help="文件名就是对象名，如 item-41.toml、texts.toml")
    put.add_argument("--county", default="")
    put.add_argument("--minimum", action="append", default=[], metavar="NAME=V", help="从此以后最低能用哪一版")
    signing = command("sign", _sign, "用一把离线密钥给草稿签名", state=False)
    signing.add_argument("files", type=Path, nargs="+", metavar="DRAFT")
    signing.add_argument("--key", type=Path, required=True)
    command("publish", _publish, "签名够了的草稿发布出去")
    command("renew", _renew, "在线密钥马上重签（平台开着的时候自己会签）")
    show = command("show", _show, "各角色的版本、到期、签名；等着签的草稿")
    show.add_argument("--json", action="store_true")
    command("verify", _verify, "从第一版 root 起，把发布出去的全部核一遍")
    release = command("release", _release, "定一版：默认是每样的最新版本")
    release.add_argument("--release", required=True)
    release.add_argument("--object", action="append", default=[], metavar="NAME=V", help="这一样用哪一版；0 是不要")
    rollout = command("rollout", _rollout, "放开到一圈：1、10、50、100（百分之几）")
    rollout.add_argument("--release", required=True)
    rollout.add_argument("--ring", type=int, required=True)
    push = command("push-county", _push, "一个县的名册、通知马上给它所有的终端")
    push.add_argument("--code", required=True)
    halt = command("halt", _halt, "停住一版；--back 让已经换上的退回去（计数更高，对象更旧）")
    halt.add_argument("--release", required=True)
    halt.add_argument("--reason", default="")
    halt.add_argument("--back", action="store_true")
    resume = command("resume", _resume, "查清楚了，停住的一版可以接着放")
    resume.add_argument("--release", required=True)
    status = command("status", _status, "每台终端在用哪一份，为什么没有换新")
    status.add_argument("--json", action="store_true")


def _told(run: Callable[[Any], int], parsed: argparse.Namespace) -> int:
    """What does not hold is said in one line, with exit code 1."""
    try:
        return run(parsed)
    except (CeremonyError, keys.KeyFileError, RepositoryError, OSError) as error:
        print(f"没有做成：{error}", file=sys.stderr)
        return 1


# -- keys and signatures ---------------------------------------------------------------------------------------------


def _keygen(parsed: argparse.Namespace) -> int:
    print(keys.generate(parsed.out, parsed.name))
    return 0


def _sign(parsed: argparse.Namespace) -> int:
    signer = keys.signer(parsed.key)
    for path in parsed.files:
        print(f"{path}：{sign(path, signer)} 个签名")
    return 0


def _init(parsed: argparse.Namespace) -> int:
    offline = {role: [keys.public(path) for path in getattr(parsed, role)] for role in ("root", "targets", "content")}
    repository = _repository(parsed)
    with repository.alone():
        return _drafted(repository.begin({**offline, CONTENT: offline["content"]}, THRESHOLD, _now()))


def _root(parsed: argparse.Namespace) -> int:
    repository = _repository(parsed)
    root, targets = ([keys.public(path) for path in paths] for paths in (parsed.root, parsed.targets))
    with repository.alone():
        return _drafted(repository.new_root(root, targets, THRESHOLD, _now()))


def _county(parsed: argparse.Namespace) -> int:
    repository = _repository(parsed)
    with repository.alone():
        return _drafted(repository.county(parsed.code, [keys.public(path) for path in parsed.key], _now()))


def _put(parsed: argparse.Namespace) -> int:
    space = f"{COUNTIES}/{parsed.county}" if parsed.county else OBJECTS
    objects = {f"{space}/{path.name.partition('.')[0]}": path.read_bytes() for path in parsed.files}
    minimum = _versions(parsed.minimum, space)
    repository = _repository(parsed)
    # Together with what is published: an item may ask for a table that is not in this set of files.
    around = {name: repository.bytes_of(f"{name}.v{v}") or b"" for name, (v, _) in repository.newest().items()}
    _, refused = contents.build({**around, **objects})
    wrong = [f"{name}: {why}" for name, why in refused.items() if name in objects]
    if wrong:
        raise CeremonyError("；".join(wrong))
    with repository.alone():
        return _drafted([repository.put(objects, minimum, _now(), parsed.county)])


# -- the repository -----


def _publish(parsed: argparse.Namespace) -> int:
    repository = _repository(parsed)
    with repository.alone():
        done = repository.publish(_now())
    _releases(parsed).assign_all_new(repository)
    print("已发布：" + ("、".join(done) or "没有等着的草稿"))
    return 0


def _renew(parsed: argparse.Namespace) -> int:
    repository = _repository(parsed)
    with repository.alone():
        repository.renew(_now(), always=True)
    return 0


def _show(parsed: argparse.Namespace) -> int:
    repository = _repository(parsed)
    versions = repository.versions()
    roles = [role for role in ("root", "timestamp", "snapshot", "targets", CONTENT, "devices") if role in versions]
    roles += [*repository.counties(), *(["timestamp"] if repository.exists else [])]
    found: dict[str, Any] = {"published": {}, "drafts": {}}
    for role in roles:
        found["published"][role] = _described(repository.read(role))
    for role in repository.waiting():
        found["drafts"][role] = _described(repository.draft(role))
    if parsed.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    for title, group in (("已发布", found["published"]), ("等着签名的草稿", found["drafts"])):
        print(f"{title}：" if group else f"{title}：没有")
        for role, facts in group.items():
            print(f"  {role:16} 第 {facts['version']} 版  到期 {facts['expires']}  签名 {facts['signatures']}")
            for target in facts["objects"]:
                print(f"      {target}")
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    repository = _repository(parsed)
    root = Metadata.from_bytes(repository.metadata_path("1.root.json").read_bytes())
    root.verify_delegate("root", root)
    for version in range(2, repository.version("root") + 1):
        following: Metadata[Any] = Metadata.from_bytes(repository.metadata_path(f"{version}.root.json").read_bytes())
        root.verify_delegate("root", following)
        following.verify_delegate("root", following)
        root = following
    count = 0
    for role in ("timestamp", "snapshot", "targets"):
        root.verify_delegate(role, repository.read(role))
    targets, devices = repository.read("targets"), repository.read("devices")
    pairs = [(targets, role) for role in (CONTENT, *repository.counties(), "devices")]
    pairs += [(devices, role) for role in repository.bins().get_roles()]
    for delegator, role in pairs:
        if not repository.version(role):
            continue
        delegated = repository.read(role)
        delegator.verify_delegate(role, delegated)
        for file in delegated.signed.targets.values():
            with repository.target_path(file.get_prefixed_paths()[0]).open("rb") as content:
                file.verify_length_and_hashes(content)
            count += 1
    late = [role for role in ("root", "timestamp", "snapshot", "targets", CONTENT) if _is_over(repository.read(role))]
    print(f"都对得上：root 到第 {root.signed.version} 版，{count} 个文件" + (f"；已到期：{late}" if late else ""))
    return 1 if late else 0


# -- releases -----


def _release(parsed: argparse.Namespace) -> int:
    made = _releases(parsed).make(_repository(parsed), parsed.release, _versions(parsed.object, OBJECTS))
    for name, (version, minimum) in sorted(made.objects_in_it.items()):
        print(f"  {name} 第 {version} 版（最低 {minimum}）")
    return 0


def _rollout(parsed: argparse.Namespace) -> int:
    count = _releases(parsed).rollout(_repository(parsed), parsed.release, parsed.ring)
    print(f"{parsed.release}：放开到 {parsed.ring}%，这次 {count} 台")
    return 0


def _push(parsed: argparse.Namespace) -> int:
    print(f"{parsed.code}：{_releases(parsed).push_county(_repository(parsed), parsed.code)} 台")
    return 0


def _halt(parsed: argparse.Namespace) -> int:
    count = _releases(parsed).halt(_repository(parsed), parsed.release, parsed.reason, back=parsed.back)
    print(f"{parsed.release}：停住了" + (f"，{count} 台退回前一版" if parsed.back else ""))
    return 0


def _resume(parsed: argparse.Namespace) -> int:
    _releases(parsed).resume(parsed.release)
    return 0


def _status(parsed: argparse.Namespace) -> int:
    releases = _releases(parsed)
    rows, standing = releases.status(), releases.all_standing()
    if parsed.json:
        print(json.dumps({"terminals": rows, "releases": standing}, ensure_ascii=False, indent=1))
        return 0
    for each in standing:
        halted = f"  停住：{each['halted_for']}" if each["halted_for"] else ""
        heard = f"给了 {each['given']}  报告 {each['reported']}  出错 {each['errors']}"
        print(f"{each['release']}：{each['ring']}%  {heard}{halted}")
    for row in rows:
        report = row["report"]
        print(
            f"{row['terminal']:14} {report.get('state', '没有报告过'):12} 计数 {report.get('counter', 0)}"
            f"/{row['assigned']['counter']}  版 {report.get('release', '')}  到期 {report.get('expires', '')}"
            f"  {report.get('role', '')} {report.get('version', 0) or ''} {report.get('reason', '')}".rstrip()
        )
        for name, why in report.get("refused", {}).items():
            print(f"      没有采用 {name}：{why}")
    return 0


# -- inside -----


def _now() -> datetime:
    return datetime.now(UTC)


def _repository(parsed: argparse.Namespace) -> Repository:
    return Repository(parsed.state / "configuration")


def _releases(parsed: argparse.Namespace) -> Any:
    """Loaded once Django knows the state directory (see central.__main__)."""
    importlib.import_module("central.__main__").setup(parsed.state)
    return importlib.import_module("central.configuration.releases")


def _drafted(paths: Sequence[Path]) -> int:
    for path in paths:
        print(f"草稿：{path}")
    return 0


def _versions(given: Sequence[str], space: str) -> dict[str, int]:
    """``NAME=V`` pairs; NAME within *space* where it has none. Raises CeremonyError."""
    found = {}
    for text in given:
        name, _, number = text.partition("=")
        name = name if "/" in name else f"{space}/{name}"
        if not number.isdigit() or named(f"{name}.v1") is None:
            raise CeremonyError(f"{text}: 要写成 名字=版本")
        found[name] = int(number)
    return found


def _described(metadata: Metadata[Any]) -> dict[str, Any]:
    signed = metadata.signed
    objects = sorted(getattr(signed, "targets", {}))
    return {
        "version": signed.version,
        "expires": signed.expires.isoformat(),
        "signatures": len(metadata.signatures),
        "objects": [name for name in objects if named(name) is not None],
    }


def _is_over(metadata: Metadata[Any]) -> bool:
    return bool(metadata.signed.is_expired(_now()))
