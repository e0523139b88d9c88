"""The codes of dispatch in people's words."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from server.planning.dispatch.rules import ChangeKind, HitchKind, Liberty, NoticeWay
from server.planning.tasks.model import Task
from server.planning.tasks.rules import TaskSource

HITCHES: dict[str, LazyString] = {
    HitchKind.GONE: _("has left, or holds no certificate any more"),
    HitchKind.CERTIFICATE: _("has no valid certificate on that day"),
    HitchKind.AWAY: _("is away on that day"),
    HitchKind.RECUSAL: _("is recused from this enterprise"),
    HitchKind.BOOKED: _("is on another visit in that half day"),
    HitchKind.SHORT: _("fewer than two officers"),
    HitchKind.LEAD: _("Nobody leads the team"),
    HitchKind.CLOSED: _("The enterprise is closed or has moved away"),
    HitchKind.ASKED: _("A substitution is asked for and not decided yet"),
    HitchKind.CAP: _("The cap on visits is reached"),
}

HALVES: dict[str, LazyString] = {"am": _("Morning"), "pm": _("Afternoon")}

WAYS: dict[str, LazyString] = {
    NoticeWay.LINK: _("By a link"),
    NoticeWay.PHONE: _("By telephone"),
    NoticeWay.PAPER: _("Handed over on paper"),
    NoticeWay.POST: _("By post"),
}

LIBERTIES: dict[str, LazyString] = {
    Liberty.WINDOW: _("The day lies outside 1 May to 30 November; the reason says why."),
    Liberty.TERMS: _("The day lies outside the days the departments agreed; the reason says why."),
}

CHANGES: dict[str, LazyString] = {
    ChangeKind.MOVED: _("Moved to another time"),
    ChangeKind.REPLACED: _("Team changed"),
    ChangeKind.MERGED: _("Merged"),
    ChangeKind.CANCELLED: _("Cancelled"),
}

WAYS_IN_CHINESE = {
    NoticeWay.LINK: "网上告知",
    NoticeWay.PHONE: "电话告知",
    NoticeWay.PAPER: "书面送达",
    NoticeWay.POST: "邮寄",
}

_SOURCES = {
    TaskSource.PLAN: "青阳县{year}年度部门联合“双随机、一公开”抽查计划",
    TaskSource.CAMPAIGN: "专项检查部署",
    TaskSource.SINGLE: "经批准的部门抽查任务",
    TaskSource.ELSEWHERE: "省级平台下达的抽查任务",
    TaskSource.CALL: "投诉举报、转办交办或者监测线索",
}


def source_in_chinese(task: Task) -> str:
    """What a visit rests on, as official papers say it."""
    source = _SOURCES[TaskSource(task.source)].format(year=task.year)
    return f"{source}（任务：{task.name}，编号 {task.number}）"


TASK_DEEDS = {
    "task-visit-moved": _("A visit was moved"),
    "task-visit-replaced": _("The team of a visit was changed"),
    "task-visit-merged": _("Two visits were merged"),
    "task-visit-cancelled": _("A visit was cancelled"),
}
"""What the history of a task says of its visits; which they were, and why, stands on their own pages."""

VISIT_DEEDS = {
    "prior-notice": _("Notice given to the enterprise"),
    "prior-notice-received": _("The enterprise knows of it"),
    "enterprise-corrected": _("The enterprise says what it put right"),
}
"""What the history of a visit says of deeds of this room."""
