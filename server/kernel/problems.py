"""All that can go wrong, in one catalogue: a code, an HTTP status, and a text in each language.

The first sentence of a text is the problem's title and names no particulars; the whole text is its detail and
may hold `{placeholders}`, filled from the parameters the problem was raised with. A code is never used again
for something else. One place turns a problem into problem+json (RFC 9457), a page or a fragment:
`server/web/errors.py`.
"""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One thing that can go wrong."""

    status: int
    zh: str
    en: str

    def text(self, locale: str) -> str:
        """The text in the language of the locale."""
        return self.en if locale.startswith("en") else self.zh


CATALOGUE: dict[str, Entry] = {
    # kernel and web
    "malformed": Entry(400, "数据格式不正确。原因：{reason}。", "The data is malformed. Reason: {reason}."),
    "bad-request": Entry(400, "无法理解这个请求。请返回后重试。", "The request was not understood. Go back and try again."),
    "not-allowed": Entry(403, "您没有权限进行此操作。如有需要，请联系管理员。",
                         "You may not do this. Ask an administrator if you need to."),
    "not-found": Entry(404, "没有找到。地址可能有误，或内容已移走。",
                       "Nothing was found here. The address may be wrong, or the content has moved."),
    "method-not-allowed": Entry(405, "此地址不支持这种操作。", "This address does not take that method."),
    "too-large": Entry(413, "发送的内容太大。请减小后重试。", "What was sent is too large. Send less at a time."),
    "length-required": Entry(411, "请求缺少长度。", "The request does not say its length."),
    "unsupported-media-type": Entry(415, "不支持这种数据类型。", "This type of data is not supported."),
    "csrf-stale": Entry(400, "页面的安全凭证已过期。请刷新页面后再提交，已填写的内容不会丢失。",
                        "The page's security token has expired. Reload the page and send again; what you typed is kept."),
    "server-error": Entry(500, "服务器出现错误。已记录，请稍后重试。",
                          "The server failed. It has been recorded; please try again later."),
    "storage-full": Entry(507, "服务器存储空间已满。数据仍保存在您的设备上，请通知管理员。",
                          "The server's storage is full. Your data is still on your device; tell an administrator."),
    # accounts
    "sign-in": Entry(401, "请先登录。", "Please sign in first."),
    "wrong-password": Entry(401, "用户名或密码不正确。请核对后重试。", "Wrong user name or password. Check both and try again."),
    "too-many-attempts": Entry(429, "登录失败次数过多。请在 {minutes} 分钟后再试。",
                               "Too many failed attempts. Try again in {minutes} minutes."),
    "device-taken": Entry(409, "此设备编号已被其他密钥或人员登记。请重新登记设备。",
                          "This device id is enrolled with another key or person. Enrol the device afresh."),
    # documents
    "pdf-unavailable": Entry(503, "服务器暂时无法生成 PDF。请管理员安装系统软件包：{packages}。",
                             "The server cannot make PDFs now. An administrator must install: {packages}."),
    # catalogue
    "checklist-missing": Entry(409, "该行业还没有发布检查单。请先发布检查单再派发检查。",
                               "This industry has no published checklist. Publish one before assigning a visit."),
    "checklist-published": Entry(409, "这个版本的检查单已发布，不能修改。请以新的版本号发布（现有版本：{version}）。",
                                 "This version of the checklist is published and cannot change. Publish a new version "
                                 "(this one is {version})."),
    "checklist-not-inspecting": Entry(422, "检查单中有不能实施检查的单位。涉及：{departments}。",
                                      "The checklist names a body that may not inspect. Concerned: {departments}."),
    "checklist-lead-missing": Entry(422, "检查单中没有牵头部门的检查项。牵头部门：{department}。",
                                    "The checklist has no item of the lead department. Lead: {department}."),
    "checklist-single-department": Entry(422, "联合检查单至少需要一个协同部门。目前只有：{department}。",
                                         "A joint checklist needs a cooperating department. There is only {department}."),
    "checklist-without-basis": Entry(422, "检查项缺少检查依据。涉及：{items}。",
                                     "An item has no legal basis. Concerned: {items}."),
    "checklist-item-twice": Entry(422, "检查项编号重复。涉及：{items}。", "An item's id occurs twice. Concerned: {items}."),
}


class Problem(Exception):
    """Something in the catalogue went wrong; `field` names the form field or member it concerns."""

    def __init__(self, code: str, field: str | None = None, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.field = field
        self.params = params
        self.status = CATALOGUE[code].status

    @property
    def fields(self) -> dict[str, str]:
        """The form fields concerned, each with the code of its problem."""
        return {self.field: self.code} if self.field else {}

    def title(self, locale: str) -> str:
        """The problem in general, in one sentence."""
        return re.split(r"(?<=。)|(?<=\.) ", CATALOGUE[self.code].text(locale))[0].rstrip("。.")

    def detail(self, locale: str) -> str:
        """The problem in particular."""
        return CATALOGUE[self.code].text(locale).format_map(self.params)

    def body(self, locale: str) -> dict[str, Any]:
        """The members of an RFC 9457 document."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title(locale),
            "status": self.status,
            "detail": self.detail(locale),
            "code": self.code,
            **({"field": self.field} if self.field else {}),
            **self.params,
        }
