"""The columns of a file of subjects: what they are called, which member of a subject each fills.

Pure. The heads are those of the template; a file from elsewhere may use other words for them.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One column: its head in the template, other heads it is known by, and what may stand in it."""

    name: str
    head: str
    also: tuple[str, ...] = ()
    longest: int | None = None
    obligatory: bool = False
    hint: str = ""


FIELDS = (
    Field("reference", "检查对象编号", ("object_id", "对象编号", "名录库编号"), 32,
          hint="名录库中的编号。修改已有对象时填写；留空则按统一社会信用代码、项目代码和地址识别。"),
    Field("uscc", "统一社会信用代码", ("uscc", "信用代码", "社会信用代码"), 18, True, "18 位，末位是校验码。"),
    Field("name", "名称", ("name", "企业名称", "单位名称", "主体名称", "对象名称", "检查对象名称"), 200, True),
    Field("entity_type", "主体类型", ("entity_type", "市场主体类型"), None, True,
          "企业、个体工商户、民办非企业单位、事业单位"),
    Field("registrar", "登记机关", ("registrar_code", "登记机关代码"), 40),
    Field("industry", "行业", ("industry_code", "行业代码", "业态", "所属行业"), None, True,
          "行业代码或名称，与抽查事项清单一致。"),
    Field("also", "其他行业", ("其他行业代码",), None, hint="同时属于的其他行业，用顿号分开。"),
    Field("project_code", "项目代码", ("project_code", "工程项目代码"), 40, hint="工程项目填写。"),
    Field("town_code", "乡镇代码", ("town_code",), None, hint="乡镇代码和乡镇至少填一项。"),
    Field("town", "乡镇", ("town", "所属乡镇", "镇", "乡镇名称"), None, hint="例如：蓉城镇"),
    Field("address", "地址", ("address", "住所", "经营场所", "经营地址", "详细地址"), 300, True),
    Field("legal_rep", "负责人", ("legal_rep", "法定代表人", "经营者", "法人"), 100),
    Field("phone", "联系电话", ("phone", "电话", "手机号码"), 40),
    Field("risk_class", "信用风险分类", ("risk_class", "信用等级", "信用风险等级"), None,
          hint="A、B、C、D 或 U（未分类）"),
    Field("risk_as_of", "分类日期", ("risk_class_asof", "信用风险分类日期"), None, hint="例如：2026-10-31"),
    Field("emerging_flag", "是否新兴产业", ("emerging_flag",), None, hint="是、否"),
    Field("emerging_code", "新兴产业代码", ("emerging_code", "新兴产业"), 16),
    Field("grid", "网格代码", ("grid_code", "网格", "所属网格"), None, hint="网格代码或名称，须在所填乡镇内。"),
    Field("lat", "纬度", ("lat", "latitude"), None, hint="度，例如：30.638900"),
    Field("lon", "经度", ("lon", "lng", "longitude"), None, hint="度，例如：117.847200"),
    Field("coord_sys", "坐标系", ("coord_sys",), None, hint="CGCS2000 或 WGS84"),
    Field("status", "经营状态", ("status", "登记状态", "状态", "存续状态"), None, True,
          "存续、经营异常、停业、注销、吊销、迁出"),
    Field("registered_on", "成立日期", ("registered_on", "登记日期", "注册日期"), None, hint="例如：2013-06-30"),
    Field("last_inspected_on", "最近检查日期", ("last_inspected_on", "上次检查日期"), None),
    Field("staff_count", "从业人数", ("staff_count", "从业人员数", "职工人数"), None, hint="整数"),
    Field("tags", "标签", ("tags",), 200, hint="用顿号分开。"),
)  # fmt: skip
REJECTED_HEADS = ("行号", "原因")
"""What a file of rejected rows has before their own columns; no part of what it says."""
BY_NAME = {field.name: field for field in FIELDS}

_INSIDE_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_NOT_A_WORD = re.compile(r"[\W_]+")


def _word(head: str) -> str:
    """A head without what people add to it: brackets, stars, spaces, capitals."""
    plain = unicodedata.normalize("NFKC", head).lower()
    return _NOT_A_WORD.sub("", _INSIDE_BRACKETS.sub("", plain)) or _NOT_A_WORD.sub("", plain)


_KNOWN = {_word(head): field.name for field in FIELDS for head in (field.head, *field.also)}


def own_heads(heads: Iterable[str]) -> list[str]:
    """The heads of a file as it first came, before its rejected rows were written out to be mended."""
    return [head for head in heads if head not in REJECTED_HEADS]


def guessed(heads: Iterable[str]) -> dict[str, str]:
    """Which field each head names, as far as it is known; the first of two that name the same."""
    found: dict[str, str] = {}
    for head in heads:
        name = _KNOWN.get(_word(head))
        if name and name not in found.values():
            found[head] = name
    return found


def usable(mapping: Mapping[str, str], heads: Sequence[str]) -> dict[str, str]:
    """The part of a mapping that speaks of these heads and of fields there are."""
    return {head: name for head, name in mapping.items() if head in heads and name in BY_NAME}


def named_twice(mapping: Mapping[str, str]) -> str | None:
    """The head of a field that two columns claim to fill."""
    names = list(mapping.values())
    return next((BY_NAME[name].head for name in names if names.count(name) > 1), None)


def identifies(mapping: Mapping[str, str]) -> bool:
    """Whether a row can be told to be this subject or that: by its registry id or its credit code."""
    return not {"reference", "uscc"}.isdisjoint(mapping.values())
