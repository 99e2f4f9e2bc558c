"""Rules of the residents' pension, basic and supplementary (28 to 32, 34, 35, 37), and of pensions that are drawn."""

from __future__ import annotations

from typing import Final

from central.rules.figures import EXAMPLE
from central.rules.life import ADULT, Asked, Life, Membership, months_on, years_on
from central.rules.said import Said, no, spoken, unknown, yes

NAMES: Final = {
    "employee": "企业职工基本养老保险",
    "basic": "城乡居民基本养老保险",
    "supplement": "城乡居民补充养老保险",
}
EVERY: Final = 12
"""Months between two proofs of continued eligibility (忻人社发〔2024〕6号, item 21)."""

THEIRS: Final = "theirs"
"""The card that was read is that person's own, in the forms of 24, 31 and 37."""
DIED: Final = "died"
GONE: Final = frozenset({DIED, "missing"})
WILLING: Final = "own"
"""Codes of the reasons in the forms of 24, 31 and 37."""


def not_in_employee_scheme(life: Life, asked: Asked) -> Said:
    """Neither covered by the employees' scheme nor a member of another basic scheme."""
    del asked
    if life.job is not None and life.job.insured:
        return no(f"「{life.job.employer}」在给您缴企业职工基本养老保险，两样不能都参加")
    if life.employee is not None and life.employee.drawing is not None:
        return no("您在领企业职工基本养老金，不能再参加城乡居民的")
    if life.in_employee_scheme:
        return no("您参加着企业职工基本养老保险，两样不能都参加，要换请先问服务窗口")
    return yes("您没有参加别的基本养老保险")


def not_in_employee_yet(life: Life, asked: Asked) -> Said:
    """Who joins the employees' scheme by themselves (20) neither pays into it already nor draws from it."""
    del asked
    if life.job is not None and life.job.insured:
        return no("单位在给您缴企业职工基本养老保险，不用自己再参加")
    if life.employee is not None and life.employee.drawing is not None:
        return no("您已经在领企业职工基本养老金，不用再参加")
    if life.employee is not None and life.employee.paused is None:
        return no(f"您在{spoken(life.employee.joined)}已经参加了，不用再办，接着缴费就行")
    return yes("您现在没有参加企业职工基本养老保险")


def not_in_basic(life: Life, asked: Asked) -> Said:
    del asked
    if life.basic is not None:
        resume = "；停了的，办恢复缴费（事项 31）" if life.basic.paused is not None else ""
        return no(f"您在{spoken(life.basic.joined)}已经参加了，不用再办{resume}")
    return yes("您还没有参加过")


def in_basic(life: Life, asked: Asked) -> Said:
    del asked
    if life.basic is None:
        return no("您还没有参加城乡居民基本养老保险，要先办参保登记（事项 28）")
    return yes(f"您从{spoken(life.basic.joined)}起参加城乡居民基本养老保险")


def not_in_supplement(life: Life, asked: Asked) -> Said:
    del asked
    if life.supplement is not None:
        return no(f"您在{spoken(life.supplement.joined)}已经参加了补充养老保险，不用再办")
    return yes("您还没有参加过补充养老保险")


def years_paid(life: Life, asked: Asked) -> Said:
    """*number* years in the residents' basic pension, back-paid ones included."""
    paid = len(life.basic.years) if life.basic is not None else 0
    if paid >= asked.number:
        return yes(f"您一共缴了 {paid} 年，满 {asked.number} 年了")
    waiting = len(life.basic.waiting) if life.basic is not None else 0
    more = f"，报过的 {waiting} 年还没有到账" if waiting else ""
    return no(f"您一共缴了 {paid} 年，还差 {asked.number - paid} 年{more}；可以问问能不能补缴（事项 32）")


def no_other_basic_pension(life: Life, asked: Asked) -> Said:
    """Draws no basic pension of another scheme: nobody draws two."""
    del asked
    if life.employee is not None and life.employee.drawing is not None:
        return no(f"您从{spoken(life.employee.drawing)}起领企业职工基本养老金，两样不能都领")
    return yes("您没有领别的基本养老金")


def not_drawing_basic(life: Life, asked: Asked) -> Said:
    del asked
    if life.basic is not None and life.basic.drawing is not None:
        return no(f"您从{spoken(life.basic.drawing)}起已经在领，不用再办")
    return yes("您还没有领过城乡居民基本养老金")


def drawing_basic(life: Life, asked: Asked) -> Said:
    del asked
    if life.basic is None or life.basic.drawing is None:
        return no("您还没有领城乡居民基本养老金，要先办那一件（事项 34）")
    if life.basic.suspended is not None:
        since = spoken(life.basic.suspended)
        how = "没做资格认证的，先办认证（事项 21）；别的原因，请到服务窗口问"
        return no(f"您的城乡居民基本养老金从{since}起暂停了，恢复以后才能办。{how}")
    return yes(f"您从{spoken(life.basic.drawing)}起领城乡居民基本养老金")


def not_drawing_supplement(life: Life, asked: Asked) -> Said:
    del asked
    if life.supplement is not None and life.supplement.drawing is not None:
        return no(f"您从{spoken(life.supplement.drawing)}起已经在领补充养老金，不用再办")
    return yes("您还没有领过补充养老金")


# -- suspended, paused, proved ---------------------------------------------------------------------------------------


def draws_employee(life: Life, asked: Asked) -> Said:
    """An employee's pension is paid, so that it can be suspended (24)."""
    return _paid(life, asked, life.employee, "企业职工基本养老金")


def draws_resident(life: Life, asked: Asked) -> Said:
    """A resident's pension is paid, so that it can be suspended (37)."""
    return _paid(life, asked, life.basic, "城乡居民养老金")


def _paid(life: Life, asked: Asked, membership: Membership | None, name: str) -> Said:
    """One that is suspended already is not suspended again; that somebody died is put on record all the same, so that
    no proof in their name brings it back."""
    if membership is None or membership.drawing is None:
        return no(f"平台上没有在发的{name}，不用暂停")
    if membership.suspended is not None:
        words, cause = f"{name}从{spoken(membership.suspended)}起已经暂停了", asked.text("cause")
        if life.died is not None or cause not in ("", DIED):
            return no(f"{words}，不用再办")
        return yes(f"{words}，现在登记人不在了") if cause else unknown(f"{words}；人不在了的，接着办，登记上")
    return yes(f"{name}从{spoken(membership.drawing)}起在发")


def whose_pension(life: Life, asked: Asked) -> Said:
    """It is the pension of whoever's card was read that stops, so the card must be theirs: a widow's own must not stop
    hers (24, 37). Who is there themselves is neither dead nor missing."""
    del life
    whose, cause = asked.text("whose"), asked.text("cause")
    if not whose:
        return unknown("要读领养老金的人自己的身份证或社保卡，家里人的不行，免得停错了人")
    if whose != THEIRS:
        return no("读的要是领养老金的人自己的证件。请换成他的再办；他的证件没有了，到乡镇（街道）窗口办")
    if asked.text("reporter") == "self" and cause in GONE:
        return no("本人来了，就不是不在了、找不到了。平台上要是登记错了，请带身份证到服务窗口核对")
    return yes("停的是刚才读了证件的这个人的养老金")


def whose_contributions(life: Life, asked: Asked) -> Said:
    """The same where contributions are paused (31): whoever is said to be dead stays so in all that follows."""
    del life
    whose = asked.text("whose")
    if not whose:
        return unknown("要读参保的人自己的身份证或社保卡，家里人的不行，免得停错了人")
    if whose != THEIRS:
        return no("读的要是参保的人自己的证件。请换成他的再办；他的证件没有了，到乡镇（街道）窗口办")
    return yes("办的是刚才读了证件的这个人的缴费")


def pause_or_resume(life: Life, asked: Asked) -> Said:
    """What was chosen fits how it stands now: what is paid can be paused, what is paused resumed (31)."""
    if life.basic is None:
        return no("您没有参加城乡居民基本养老保险，没有可以暂停或恢复的")
    if life.basic.drawing is not None:
        return no("您已经在领养老金，不用再缴费，没有可以暂停或恢复的")
    paused, wish = life.basic.paused, asked.text("act")
    if wish == "pause" and paused is not None and asked.text("cause") == DIED:
        words = f"缴费从{spoken(paused)}起已经暂停了"
        return no(f"{words}，不用再办") if life.died is not None else yes(f"{words}，现在登记人不在了")
    if wish == "pause" and paused is not None:
        return no(f"您的缴费从{spoken(paused)}起已经暂停了，要恢复请选「恢复」")
    if wish == "resume" and paused is None:
        return no("您的缴费没有暂停，不用恢复")
    if wish == "resume" and (life.died is not None or life.missing is not None):
        return no("停的时候说的是人不在了，或者找不到人。报错了、人回来了，请本人带身份证到服务窗口核对")
    if wish == "resume" and life.in_employee_scheme:
        return no("您参加着企业职工基本养老保险，两样不能都缴，现在不能恢复")
    cause = asked.text("cause")
    if wish == "pause" and cause == WILLING:
        return no("「自己愿意恢复」是恢复缴费的原因；要暂停，请选别的原因")
    if wish == "resume" and cause in {*GONE, "joined"}:
        return no("恢复缴费是本人自愿的；人不在了、找不到人、参加了别的养老保险，不能恢复")
    return yes("您的缴费现在是正常的，可以暂停" if paused is None else f"您的缴费从{spoken(paused)}起暂停，可以恢复")


def draws_something(life: Life, asked: Asked) -> Said:
    """Draws a pension or benefit that is proved every year (21)."""
    drawn = [
        NAMES[name]
        for name, one in (("employee", life.employee), ("basic", life.basic), ("supplement", life.supplement))
        if one is not None and one.drawing is not None
    ]
    if drawn:
        return yes(f"您在领{'、'.join(drawn)}的待遇")
    if life.on_benefit(asked.today):
        return yes("您在领失业保险金")
    return no("平台上您没有在领社会保险待遇，不用认证")


def proof_due(life: Life, asked: Asked) -> Said:
    """When the last proof runs out; one that is late is taken all the same, and what was held back is paid."""
    if life.checked is None:
        return yes("平台上还没有您的认证记录，今天认证")
    until = months_on(life.checked, EVERY)
    if asked.today <= until:
        return yes(f"上次在{spoken(life.checked)}认证，管到{spoken(until)}；今天认证，从今天起再管 12 个月")
    return yes(f"上次认证管到{spoken(until)}，已经过了；今天认证，因为没认证停发的会补发")


def letter_signed(life: Life, asked: Asked) -> Said:
    """The commitment letter is signed where it is not done by telephone (21)."""
    del life
    answer = asked.text("letter")
    if not answer:
        return unknown("要现场签《资格认证告知承诺书》")
    return yes("《资格认证告知承诺书》签好了") if answer == "signed" else no("要先签《资格认证告知承诺书》才能认证")


def something_changes(life: Life, asked: Asked) -> Said:
    """At least one of the four things that may be changed here is given (30)."""
    del life
    if not asked.answers:
        return unknown("只能改性别、民族、住址、电话，要改哪样填哪样")
    if any(value is not None for value in asked.answers.values()):
        return yes("要改的填好了")
    return no("一样也没有填，没有要改的")


# -- back-payment ----------------------------------------------------------------------------------------------------

AIM: Final = 15
"""Years to be paid (忻人社发〔2024〕6号, items 32 and 34)."""
DRAWN_AT: Final = {"basic": 60, "supplement": 65}
NAMES_OF_TWO: Final = {"basic": "基本养老保险", "supplement": "补充养老保险"}
"""As the form of 32 has them."""


def back_payment(life: Life, asked: Asked) -> Said:
    """One of the four cases (32). Before the form: whether any of them fits at all."""
    case, scheme = asked.text("case"), asked.text("scheme")
    if not case or not scheme:
        which = []
        for one, name in NAMES_OF_TWO.items():
            cases = [words for each, words in BRIEFLY.items() if _against(life, asked, each, one) == ""]
            which += [f"{name}（{'；'.join(cases)}）"] if cases else []
        if which:
            return yes(f"您够得上补缴：{'，'.join(which)}")
        return no("四种补缴的情形您一种也不够：" + _against(life, asked, "c", "basic"))
    against = _against(life, asked, case, scheme)
    if against:
        return no(against)
    wanted, most = asked.answers.get("years"), missing_years(life, asked, case, scheme)
    if isinstance(wanted, int) and wanted > most:
        return no(f"这种情形您最多能补 {most} 年，现在填的是 {wanted} 年")
    earns = "有" if earns_subsidy(case) else "没有"
    return yes(f"够得上「{CASES[case]}」，最多补 {most} 年，补的部分{earns}政府补贴")


CASES: Final = {
    "a": "基本养老制度开始时离 60 岁不到 15 年",
    "b": "补充养老制度开始时离 65 岁不到 15 年",
    "c": "中间断过，没有缴",
    "d": "制度开始时离领取年龄不到 15 年，以后年年都缴，自愿补满 15 年",
}
BRIEFLY: Final = {
    "a": "一、开始时离 60 岁不到 15 年",
    "b": "二、开始时离 65 岁不到 15 年",
    "c": "三、中间断过",
    "d": "四、年年都缴，补满 15 年",
}
"""The same, numbered as the form has them."""
SCHEME_OF: Final = {"a": "basic", "b": "supplement"}
"""Two of the cases are about one scheme only."""


def earns_subsidy(case: str) -> bool:
    """Only in case (d) the back-paid part earns none."""
    return case != "d"


def missing_years(life: Life, asked: Asked, case: str, scheme: str) -> int:
    """How many years may be paid in this case: the ones left out, or in (d) what is missing of fifteen."""
    return max(0, AIM - len(_taken(life, scheme))) if case == "d" else len(_left_out(life, asked, case, scheme))


def years_to_pay(life: Life, asked: Asked, case: str, scheme: str) -> list[int]:
    """Which years, the newest first; in (d) those before the scheme began, which nobody could pay in their time."""
    if case != "d":
        return _left_out(life, asked, case, scheme)[::-1]
    began = asked.figures.row(f"{scheme}_began", asked.today).since.year
    taken = _taken(life, scheme) | life.employed_years
    before = [year for year in range(began - 1, began - 1 - 2 * AIM, -1) if year not in taken]
    return before[: missing_years(life, asked, case, scheme)]


def _left_out(life: Life, asked: Asked, case: str, scheme: str) -> list[int]:
    """Years that could have been paid and were not; in (c) those after the first one that was, or, where none was,
    after joining. A year that was declared and is on its way is not left out, nor is one that was paid into the
    employees' scheme whole: nobody pays into two."""
    membership, taken = _of(life, scheme), _taken(life, scheme)
    began = asked.figures.row(f"{scheme}_began", asked.today).since
    first = max(began.year, life.born.year + ADULT)
    if case == "c" and membership is not None:
        first = max(first, min(membership.years, default=membership.joined.year))
    last = min(asked.today.year, life.born.year + DRAWN_AT[scheme])
    return [year for year in range(first, last) if year not in taken and year not in life.employed_years]


def _taken(life: Life, scheme: str) -> frozenset[int]:
    """Years that are paid, or declared."""
    membership = _of(life, scheme)
    return frozenset() if membership is None else membership.years | membership.waiting


def _of(life: Life, scheme: str) -> Membership | None:
    return life.basic if scheme == "basic" else life.supplement


def short_of_time(life: Life, asked: Asked, scheme: str) -> bool:
    """Less than fifteen years remained to the age of drawing when the scheme began, and some did."""
    began = asked.figures.row(f"{scheme}_began", asked.today).since
    drawn = years_on(life.born, DRAWN_AT[scheme])
    return years_on(life.born, DRAWN_AT[scheme] - AIM) < began < drawn


def _against(life: Life, asked: Asked, case: str, scheme: str) -> str:
    """Why *case* does not fit; empty when it does."""
    membership, name = _of(life, scheme), NAMES[scheme]
    if membership is None:
        return f"您没有参加{name}，没有可以补的"
    if membership.drawing is not None:
        return f"您从{spoken(membership.drawing)}起在领{name}的待遇，不能再补缴"
    if SCHEME_OF.get(case, scheme) != scheme:
        return f"这种情形说的是{NAMES[SCHEME_OF[case]]}，请重新选"
    if case != "c" and not short_of_time(life, asked, scheme):
        drawn, row = DRAWN_AT[scheme], asked.figures.row(f"{scheme}_began", asked.today)
        began = spoken(row.since) + (f"（{EXAMPLE}）" if row.is_example else "")
        return f"{name}从{began}开始，那时候您离 {drawn} 岁不是不到 15 年，不够这种情形"
    left_out = _left_out(life, asked, "a" if case == "d" else case, scheme)
    if case == "d" and left_out:
        return f"{left_out[0]} 年没有缴，不是年年都缴，请选别的情形"
    waiting = f"，{len(membership.waiting)} 年报过了，等着到账" if membership.waiting else ""
    if case == "d" and len(_taken(life, scheme)) >= AIM:
        return f"您已经缴满 {AIM} 年{waiting}，不用再补"
    if case != "d" and not left_out:
        return f"{name}您没有断过，没有漏缴的年份{waiting}"
    return ""
