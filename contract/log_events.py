"""Every event the sealed log can hold, declared once: enums, docs/log-events.md and the platform's reader follow."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Level(enum.StrEnum):
    ROUTINE = "routine"
    BUSINESS = "business"
    WARNING = "warning"
    """Nothing is wrong yet; somebody should see to it soon."""
    FAULT = "fault"
    SECURITY = "security"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One kind of event. ``code`` is what stands in the record; it is never given to another event."""

    code: int
    level: Level
    meaning: str
    """What it means, in Chinese, for the county's reader."""
    fields: tuple[str, ...] = ()
    """Names of the detail's fields. All of it is sealed; still no PIN, no QR content, and ID numbers only as stated."""


VISIT: Final = ("visit", "operator")
"""Of everything that happens in a visit: which one, and who helped (帮办, by staff number), where somebody did."""


class Event(enum.Enum):
    STARTED = Declaration(1, Level.ROUTINE, "终端启动", ("version", "boot"))
    STOPPED = Declaration(2, Level.ROUTINE, "终端正常停止")
    DEVICE_STATE = Declaration(10, Level.ROUTINE, "外设状态变化", ("device", "state", "detail"))
    DEVICE_FAULT = Declaration(11, Level.FAULT, "外设故障", ("device", "fault"))
    PLATFORM_LOST = Declaration(12, Level.FAULT, "平台连不上", ("reason",))
    PLATFORM_BACK = Declaration(13, Level.ROUTINE, "平台恢复")
    CONFIG_APPLIED = Declaration(14, Level.ROUTINE, "换用新的签名配置", ("counter", "release", "objects", "refused"))
    CONFIG_REFUSED = Declaration(15, Level.SECURITY, "没有采用送来的配置，原来的照用", ("reason", "role", "version"))
    VISIT_BEGAN = Declaration(20, Level.BUSINESS, "一次办事开始", (*VISIT, "shown_by"))
    IDENTIFIED = Declaration(21, Level.BUSINESS, "出示证件", (*VISIT, "shown_by", "id_number"))
    PROVED = Declaration(22, Level.SECURITY, "证明是本人", (*VISIT, "by"))
    PROOF_FAILED = Declaration(23, Level.SECURITY, "没能证明是本人", (*VISIT, "by", "fault", "tries_left"))
    CARD_FAULT = Declaration(24, Level.FAULT, "读卡没有成功", (*VISIT, "fault"))
    OPERATOR_SIGNED_IN = Declaration(25, Level.SECURITY, "工作人员登录帮办", (*VISIT, "by"))
    OPERATOR_SIGNED_OUT = Declaration(26, Level.SECURITY, "工作人员退出帮办", (*VISIT, "reason"))
    STAFF_PIN_WRONG = Declaration(27, Level.SECURITY, "工作人员密码不对", (*VISIT, "tries_left", "wait"))
    STAFF_PIN_DISABLED = Declaration(28, Level.SECURITY, "工作人员密码已停用，等平台解锁", (*VISIT, "lockout"))
    STAFF_PIN_UNLOCKED = Declaration(37, Level.SECURITY, "平台解开了停用的密码", ("operator", "lockout"))
    STAFF_SIGN_IN_FAILED = Declaration(38, Level.SECURITY, "登录帮办没有成功", (*VISIT, "fault"))
    ITEM_OPENED = Declaration(30, Level.BUSINESS, "进入事项", (*VISIT, "item"))
    QUERIED = Declaration(31, Level.BUSINESS, "查询", (*VISIT, "item"))
    SUBMITTED = Declaration(32, Level.BUSINESS, "提交", (*VISIT, "item", "receipt", "key", "sha256", "shown_by"))
    BOTH_CARDS_READ = Declaration(
        48, Level.SECURITY, "身份证和社保卡都读过，号码相同；代办的，另读了代办人的身份证",
        (*VISIT, "item", "names_differ", "agent_id_number"),
    )  # fmt: skip
    DELIVERED = Declaration(33, Level.BUSINESS, "平台收讫", ("key", "receipt", "verdict"))
    ITEM_FAULT = Declaration(34, Level.FAULT, "事项没有办成", (*VISIT, "item", "fault"))
    PRINT_STARTED = Declaration(40, Level.BUSINESS, "开始打印", (*VISIT, "job"))
    PRINT_ENDED = Declaration(41, Level.BUSINESS, "打印结束", (*VISIT, "job", "outcome"))
    PRINT_AGAIN = Declaration(42, Level.BUSINESS, "补打凭条", (*VISIT, "job", "receipt"))
    PRINT_BROKEN_OFF = Declaration(43, Level.WARNING, "上次没打完就断了，打没打出不明，没有重打", ("job",))
    RATED = Declaration(39, Level.BUSINESS, "群众评价存下（几级、说了什么不写在日志里）", ("item", "key", "sha256"))
    PHOTO_KEPT = Declaration(35, Level.BUSINESS, "材料照片封好存下", ("receipt", "key", "sha256"))
    PHOTO_DELIVERED = Declaration(36, Level.BUSINESS, "平台收讫材料照片", ("key", "verdict"))
    SLIP_TAKEN = Declaration(44, Level.ROUTINE, "凭条取走", ("device",))
    PAPER_LOW = Declaration(45, Level.WARNING, "凭条纸快用完", ("device",))
    PAPER_OUT = Declaration(46, Level.FAULT, "凭条纸用完", ("device",))
    PAPER_BACK = Declaration(47, Level.ROUTINE, "凭条纸换好", ("device",))
    POWER_LOST = Declaration(
        70, Level.WARNING, "市电断了，改用备用电源；办事照常", ("device", "charge", "seconds_left")
    )
    POWER_LOW = Declaration(
        71, Level.FAULT, "备用电源快用完：不接新办事，正在办的办完", ("device", "charge", "seconds_left")
    )
    POWER_BACK = Declaration(72, Level.ROUTINE, "市电恢复；办事照常", ("device", "charge"))
    FORKED = Declaration(50, Level.SECURITY, "平台认定这份日志有两份历史，不予见证", ("segments", "size"))
    LOG_OPENED = Declaration(51, Level.SECURITY, "有人用审计密钥看了日志", ("who", "reason", "first", "last"))
    LOG_EXPORTED = Declaration(52, Level.SECURITY, "有人把日志拷到外接介质", ("who", "records", "sha256"))
    LOG_PRUNED = Declaration(53, Level.ROUTINE, "期满的日志段已清除，平台存有", ("segments", "size"))
    CERTIFICATE_RENEWED = Declaration(60, Level.ROUTINE, "终端证书已换新", ("not_after", "expired"))
    CERTIFICATE_NOT_RENEWED = Declaration(61, Level.FAULT, "终端证书该换，没有换成", ("reason", "not_after"))
    KEYS_KEPT = Declaration(62, Level.SECURITY, "终端密钥存放的地方", ("kept", "algorithm"))
    VISIT_ENDED = Declaration(29, Level.BUSINESS, "一次办事结束", (*VISIT, "reason"))

    @property
    def code(self) -> int:
        return self.value.code

    @property
    def level(self) -> Level:
        return self.value.level


BY_CODE: Final[dict[int, Event]] = {event.code: event for event in Event}
assert len(BY_CODE) == len(Event), "a code is given once"
