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
    "call-without": (
        "{lead}决定不等你部门，自行前往：{name}。理由：{reason}",
        "{lead} goes on without your department: {name}. {reason}",
    ),
    "call-off": ("吹哨已取消：{name}。原因：{reason}", "A call was called off: {name}. {reason}"),
    # dispatch
    "visits-sent": ("您被派往 {count} 次联合检查（{task}），最早 {first}。检查信息已下发到您的手机。",
                    "You are sent on {count} joint visits ({task}), the first on {first}. "
                    "Your phone has them."),
    "visits-sent-unannounced": ("您被派往 {count} 次不提前告知的检查（{task}），最早 {first}。"
                                "去向在开始前 {hours} 小时公布。",
                                "You are sent on {count} unannounced visits ({task}), the first on {first}. "
                                "Where to is told {hours} hours before each."),
    "visit-released": ("检查去向已公布：{enterprise}，{day} {slot}。请联网打开手机下载。",
                       "Where you go is known: {enterprise}, {day} {slot}. "
                       "Open the app with a network to get it."),
    "task-sent": ("任务“{task}”已分发：{count} 次检查，{left} 个对象待处理。",
                  "Task “{task}” is dispatched: {count} visits; {left} subjects are held back."),
    "visit-moved": ("检查改期：{what}，由 {before} 改为 {after}。原因：{reason}",
                    "A visit has moved: {what}, from {before} to {after}. Reason: {reason}"),
    "visit-replaced": ("检查组调整：{what}；退出：{before}；加入或改任：{after}。原因：{reason}",
                       "A team has changed: {what}; leaves: {before}; joins or has another part: {after}. "
                       "Reason: {reason}"),
    "visit-cancelled": ("检查取消：{what}。原因：{reason}",
                        "A visit is called off: {what}. Reason: {reason}"),
    "visit-merged": ("检查合并：{before} 并入 {what}。原因：{reason}",
                     "Visits are merged: {what} takes over {before}. Reason: {reason}"),
    "notice-received": ("{enterprise} 已知悉 {day} 的检查。", "{enterprise} knows of the visit on {day}."),
    "enterprise-corrected": ("{enterprise} 称在 {day} 的检查前已改正：{said}",
                             "{enterprise} says it put right before the visit on {day}: {said}"),
    # the annual plan
    "plan-filed": (
        "{department}报送了{year}年联合抽查计划，请审核。",
        "{department} filed its plan for {year}. Please review it.",
    ),
    "plan-returned": ("{year}年联合抽查计划被退回：{reason}", "The plan for {year} was returned: {reason}"),
    "plan-accepted": ("{year}年联合抽查计划已审核通过。", "The plan for {year} was accepted."),
    "plan-row-approved": (
        "单部门任务“{row}”已经联席办同意。",
        "The office approved “{row}”, of a single department.",
    ),
    "plan-row-merged": ("“{row}”已并入“{into}”，一次检查。", "“{row}” became part of “{into}”: one visit."),
    "plan-row-parted": (
        "“{row}”并入“{into}”已撤销，两项分别检查。",
        "“{row}” is no longer part of “{into}”: two inspections again.",
    ),
    "county-plan-published": (
        "{year}年县级联合抽查计划（第{version}版）已公布。",
        "The county's plan for {year}, version {version}, is published.",
    ),
    "campaign-entered": ("有新的专项行动：{name}。", "There is a new special campaign: {name}."),
    # draws
    "draw-approve": ("“{task}”的抽取池已冻结，请复核批准。", "A frame waits for a second person: {task}."),
    "draw-commit": ("“{task}”的抽取开始了，请提交承诺。", "A draw begins, commit yourself: {task}."),
    "draw-open-secrets": ("“{task}”的各方承诺已齐，请公开秘密。", "All have committed, open yours: {task}."),
    "draw-left-out": (
        "“{task}”的抽取：您方没有按时公开秘密，不计入随机数，并将公开注明。",
        "Your secret was not opened in time. The draw went on without it, and says so in public: {task}.",
    ),
    "draw-settled": ("“{task}”的抽取已有结果。", "The draw has its result: {task}."),
    "draw-void": ("“{task}”的抽取作废。", "The draw is void: {task}."),
    "substitution-asked": ("“{task}”有一项替换待审批。", "A substitution waits to be decided: {task}."),
    "substitution-decided": ("“{task}”的替换申请已有结果。", "Your substitution was decided: {task}."),
    # tasks: negotiation and approvals
    "talks-proposed": (
        "{number} {name}：牵头部门提出了方案，请在 {due} 前答复。",
        "{number} {name}: the lead has proposed terms; please answer by {due}.",
    ),
    "talks-agreed": ("{number} {name}：{department}同意方案。", "{number} {name}: {department} agrees."),
    "talks-countered": (
        "{number} {name}：{department}另提了方案。",
        "{number} {name}: {department} makes a counter-proposal.",
    ),
    "talks-declined": (
        "{number} {name}：{department}不参加。",
        "{number} {name}: {department} declines.",
    ),
    "talks-dropped": (
        "{number} {name}：你部门不再参加这项任务。",
        "{number} {name}: your department no longer takes part.",
    ),
    "talks-noted": (
        "{number} {name}：磋商中有新留言。",
        "{number} {name}: there is a new note in the talks.",
    ),
    "talks-reminder": (
        "{number} {name}：请尽快答复方案。",
        "{number} {name}: please answer the proposal soon.",
    ),
    "talks-overdue": (
        "{number} {name}：答复期限已过，还有 {count} 个部门没有答复。",
        "{number} {name}: the deadline has passed, {count} departments have not answered.",
    ),
    "talks-settled": ("{number} {name}：方案已商定。", "{number} {name}: the terms are agreed."),
    "talks-reopened": (
        "{number} {name}：牵头部门重新磋商，原方案和审批作废。理由：{reason}",
        "{number} {name}: the lead opens the talks again; the terms and their approvals lapse. {reason}",
    ),
    "task-closed": (
        "{number} {name}：任务已终止。理由：{reason}",
        "{number} {name}: the task was given up. {reason}",
    ),
    "single-asked": (
        "{number} {name}：单部门任务请联席办批准。",
        "{number} {name}: a task of a single department asks for your approval.",
    ),
    "single-approved": ("{number} {name}：联席办已批准。", "{number} {name}: the office has approved."),
    "approval-asked": (
        "{number} {name}：请审批本部门参加检查。",
        "{number} {name}: please decide whether your department takes part.",
    ),
    "approval-given": (
        "{number} {name}：{department}负责人已同意。",
        "{number} {name}: the head of {department} has approved.",
    ),
    "approval-refused": (
        "{number} {name}：{department}负责人不同意。",
        "{number} {name}: the head of {department} refuses.",
    ),
}
"""By code: Chinese and English, with `{placeholders}` for the particulars."""


def text(code: str, particulars: dict[str, object], locale: str) -> str:
    """One message in the language of a locale; its particulars are names and numbers, shown as they are."""
    chinese, english = CODES[code]
    if locale.startswith("en"):
        return english.format(**particulars)
    return (traditional(chinese) if locale.startswith("zh_Hant") else chinese).format(**particulars)
