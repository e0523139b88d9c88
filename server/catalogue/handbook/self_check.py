"""The enterprise's own check: what it says of each item, judged as an officer's phone would judge it.

Pure, and nothing of it is kept: answers come in with a form and go out with its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.catalogue import readings
from server.catalogue.handbook.rules import Entry, Json

LONGEST_READING = 16  # characters, as on the phone


class Verdict(StrEnum):
    """What became of an item; these words are sent by the form too."""

    COMPLIES = "pass"
    FAILS = "fail"
    NOT_APPLICABLE = "na"
    PENDING = "pending"  # an option that waits for a laboratory
    OPEN = "open"


SAID = {Verdict.COMPLIES, Verdict.FAILS, Verdict.NOT_APPLICABLE}  # what may be said outright
GRAVEST_FIRST = {"S3": 0, "S2": 1, "S1": 2}


@dataclass(frozen=True)
class Finding:
    """One item with what was said of it. `choice` and `reading` are as sent, to be shown again."""

    entry: Entry
    verdict: Verdict
    choice: str = ""
    reading: str = ""
    unreadable: bool = False

    @property
    def words(self) -> str:
        """The reading or the option chosen, as people read it."""
        answer = self.entry.item["answer"]
        if answer["type"] == "choice":
            return next((one["label"] for one in answer["options"] if one["value"] == self.choice), "")
        if answer["type"] != "number" or self.verdict is Verdict.NOT_APPLICABLE or not self.reading:
            return ""
        value = readings.typed_reading(self.reading, answer["decimals"])
        written = "" if value is None else readings.decimal_text(value, answer["decimals"])
        return f"{written} {unit(answer)}".strip()


@dataclass(frozen=True)
class Outcome:
    """The whole check."""

    findings: list[Finding]

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many items there are of each verdict; together all of them."""
        return {verdict: len(self.of(verdict)) for verdict in Verdict}

    @property
    def to_correct(self) -> list[Finding]:
        """What does not comply, the gravest first."""
        return sorted(
            self.of(Verdict.FAILS),
            key=lambda one: (GRAVEST_FIRST.get(one.entry.item["severity"], 2), one.entry.number),
        )

    @property
    def unreadable(self) -> list[Finding]:
        return [one for one in self.findings if one.unreadable]

    def of(self, verdict: Verdict) -> list[Finding]:
        return [one for one in self.findings if one.verdict is verdict]


def outcome(entries: Sequence[Entry], said: Mapping[str, str]) -> Outcome:
    """What a form says: under an item's id the choice, under `reading:` and its id what was measured."""
    return Outcome([_finding(entry, said) for entry in entries])


def field_of_reading(item: Json) -> str:
    """The name under which a form sends an item's reading."""
    return f"reading:{item['id']}"


def has_limits(answer: Json) -> bool:
    """Whether a reading judges itself; one limited elsewhere (a licence) is judged by who reads it."""
    return readings.judge_number(answer, 0) is not None


def may_be_negative(answer: Json) -> bool:
    """Whether a minus may have to be typed, which the number keys of some phones lack."""
    return answer.get("min") is not None and answer["min"] < 0


def unit(answer: Json) -> str:
    return "" if answer["unit"] == "无量纲" else str(answer["unit"])


def _finding(entry: Entry, said: Mapping[str, str]) -> Finding:
    answer = entry.item["answer"]
    choice = said.get(entry.item["id"], "")
    if answer["type"] == "choice":
        results = {one["value"]: one["result"] for one in answer["options"]}
        return Finding(entry, Verdict(results[choice]) if choice in results else _outright(choice), choice)
    if answer["type"] == "number":
        reading = said.get(field_of_reading(entry.item), "").strip()[:LONGEST_READING]
        return _measured(entry, choice, reading)
    return Finding(entry, _outright(choice), choice)


def _measured(entry: Entry, choice: str, reading: str) -> Finding:
    """Not applicable goes before what was measured; a limit goes before what was said."""
    answer = entry.item["answer"]
    if _outright(choice) is Verdict.NOT_APPLICABLE:
        return Finding(entry, Verdict.NOT_APPLICABLE, choice, reading)
    value = readings.typed_reading(reading, answer["decimals"])
    if reading and value is None:
        return Finding(entry, Verdict.OPEN, choice, reading, unreadable=True)
    judged = readings.judge_number(answer, value)
    if judged:
        return Finding(entry, Verdict(judged), choice, reading)
    return Finding(entry, Verdict.OPEN if has_limits(answer) else _outright(choice), choice, reading)


def _outright(choice: str) -> Verdict:
    return Verdict(choice) if choice in SAID else Verdict.OPEN
