"""What may be told, in each language. The words are put together when somebody reads them."""

from server.kernel.traditional import traditional

CODES: dict[str, tuple[str, str]] = {
    # what the machinery of messages says itself
    "something-new": ("有新消息", "Something new"),
    "greeting": ("联查有 {count} 条新消息。", "Liancha has {count} new messages."),
    # calls (吹哨报到)
    "call-made": ("{lead}吹哨：请在 {due} 前报到（{name}）。", "{lead} calls: answer by {due} ({name})."),
    "call-answered": ("{department}已报到：{name}。", "{department} comes: {name}."),
    "call-declined": (
        "{department}不能报到：{name}。理由：{reason}",
        "{department} cannot come: {name}. {reason}",
    ),
    "call-unanswered": (
        "{department}逾期未应答吹哨：{name}，应答期限 {due}。",
        "{department} did not answer a call in time: {name}, due {due}.",
    ),
    "call-sent": (
        "您有一次临时联合检查：{day}，任务 {number}。",
        "You go on an unplanned joint visit: {day}, task {number}.",
    ),
}
"""By code: Chinese and English, with `{placeholders}` for the particulars."""


def text(code: str, particulars: dict[str, object], locale: str) -> str:
    """One message in the language of a locale; its particulars are names and numbers, shown as they are."""
    chinese, english = CODES[code]
    if locale.startswith("en"):
        return english.format(**particulars)
    return (traditional(chinese) if locale.startswith("zh_Hant") else chinese).format(**particulars)
