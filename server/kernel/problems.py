"""All that can go wrong, in one catalogue: a code, an HTTP status, and a text in each language.

The first sentence of a text is the problem's title and names no particulars; the whole text is its detail and
may hold `{placeholders}`, filled from the parameters the problem was raised with. A code is never used again
for something else. One place turns a problem into problem+json (RFC 9457), a page or a fragment:
`server/web/errors.py`.
"""

import re
from dataclasses import dataclass
from typing import Any

from server.kernel.traditional import traditional


@dataclass(frozen=True)
class Entry:
    """One thing that can go wrong."""

    status: int
    zh: str
    en: str

    def text(self, locale: str) -> str:
        """The text in the language of the locale."""
        if locale.startswith("en"):
            return self.en
        return traditional(self.zh) if locale.startswith("zh_Hant") else self.zh


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
    "device-revoked": Entry(409, "本机的登记已停用。此后写的记录由联席办核对后才计入；机内数据都在，可导出救援文件交联席办。",
                            "This phone's enrolment was ended. What it writes from now on counts once the office admits it; "
                            "all its data are still on it, and a rescue file can be handed to the office."),
    "device-ended": Entry(409, "这台设备的登记已经停用。停用不能撤销，找回的手机请重新登记。",
                          "This enrolment has ended already. That cannot be undone; a phone that was found enrols afresh."),
    # documents
    "pdf-unavailable": Entry(503, "服务器暂时无法生成 PDF。请管理员安装系统软件包：{packages}。",
                             "The server cannot make PDFs now. An administrator must install: {packages}."),
    # the office's pages of visits
    "reason-needed": Entry(422, "请填写理由。最多 {length} 字。", "Give a reason. At most {length} characters."),
    "confirm-needed": Entry(409, "本次检查已有记录。请核对下列情况，确认无误后再次提交。",
                            "Something was recorded on this visit already. Look at what there is, then send again to confirm."),
    "nothing-to-admit": Entry(409, "没有可以采纳的记录。可能刚被采纳，或签名无法核实。",
                              "Nothing can be admitted. It may just have been, or its signature cannot be checked."),
    "choice-needed": Entry(422, "请选择一项。", "Choose one."),
    "person-kept-away": Entry(422, "此人不能参加本次检查。{person}当日离岗、证件无效或须回避，请另选一人。",
                              "This person cannot go on the visit. {person} is away that day, has no valid certificate or is recused: choose another."),
    "person-needed": Entry(422, "请选择人员。", "Choose a person."),
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
    # officers and experts
    "officers-of-others": Entry(403, "只能维护本部门的执法人员。其他部门的人员请由该部门或县联席办维护。",
                                "You may keep your own department's officers only. Others are kept by their department or the office."),
    "experts-of-others": Entry(403, "只能维护仅供本部门邀请的专家。其他专家请由县联席办维护。",
                               "You may keep experts whom only your own department may invite. The office keeps all others."),
    "people-changed-meanwhile": Entry(409, "您填写期间，这条登记已被他人修改。请对照下方的现行内容核对后再提交；您填写的内容都还在。",
                                      "This entry was changed while you were writing. Compare with what is there now and send again; what you typed is kept."),
    "certificate-number-odd": Entry(422, "证件编号的格式不正确。应为 4 至 24 位数字、大写字母、汉字、括号或连字符。",
                                    "This is no certificate number. It has 4 to 24 figures, capital letters, Chinese signs, brackets or hyphens."),
    "certificate-number-taken": Entry(409, "这个证件编号已经登记。持证人：{name}（{department}）。",
                                      "This certificate number is on the register already. Its holder: {name} ({department})."),
    "days-reversed": Entry(422, "结束日期早于开始日期。请核对两个日期。", "The last day lies before the first. Check both days."),
    "officer-known": Entry(409, "此人已在执法人员名录中。请直接修改其登记。",
                           "This person is on the register of officers already. Change that entry instead."),
    "officer-ended": Entry(409, "此人的执法证件已收回。恢复登记后才能修改。",
                           "This officer's certificate is withdrawn. Bring the entry back before changing it."),
    "officer-in-office": Entry(409, "此人的登记有效，无需恢复。", "This officer's entry is in force; there is nothing to bring back."),
    "expert-ended": Entry(409, "此专家的聘任已终止。重新聘任请另行登记。",
                          "This expert's appointment has ended. Enter a new one to appoint again."),
    "account-taken": Entry(409, "此用户名已被使用。请换一个用户名。", "This user name is taken. Choose another."),
    "user-name-odd": Entry(422, "用户名的格式不正确。应为 3 至 32 位小写字母、数字、点、下划线或连字符，以字母或数字开头。",
                           "This is no user name. It has 3 to 32 small letters, figures, dots, underscores or hyphens and begins with a letter or figure."),
    "phone-odd": Entry(422, "电话号码的格式不正确。", "This is no phone number."),
    "credit-code-odd": Entry(422, "统一社会信用代码应为 18 位数字或大写字母。输入名称时，请从列出的检查对象中选择。", "A unified social credit code has 18 figures or capital letters. Where you type a name, choose from what is listed."),
    "recusal-known": Entry(409, "对这个单位的回避已经登记。", "A recusal from this legal person is on the register already."),
    "recusal-own": Entry(403, "本人的回避不能由本人解除。请由所在部门的其他经办人或县联席办办理。",
                         "Nobody lifts the own recusal. Ask a colleague of your department or the office."),
    "absence-over": Entry(409, "这条不在岗登记已经撤销或结束。", "This absence was withdrawn or is over already."),
    "password-short": Entry(422, "新密码太短或太简单。至少 {length} 个字符，不能包含用户名。",
                            "The new password is too short or too simple. It has at least {length} characters and does not hold the user name."),
    "passwords-differ": Entry(422, "两次输入的新密码不一致。请重新输入。", "The two new passwords differ. Type them again."),
    "password-late": Entry(409, "设置新密码的时间已过。请用一次性密码重新登录。",
                           "The time to choose a password is over. Sign in again with the one-time password."),
    "list-changed-meanwhile": Entry(409, "您填写期间，别人已经修改并保存。请对照两边的内容，确认后再保存。",
                               "Somebody else changed and saved this while you were writing. Compare both, then save again."),
    "order-changed-meanwhile": Entry(409, "检查项的顺序刚刚有人改动。请看过现在的顺序，再移动。",
                                     "Somebody has just changed the order of the items. Look at the order as it is now, then move."),
    "industry-known": Entry(422, "这个行业代码已被使用。请换一个代码（{taken}）。",
                            "This industry code is taken. Choose another than {taken}."),
    "industry-lead-missing": Entry(422, "没有选定牵头部门。请选择一个能实施检查的部门。",
                                   "No lead department is chosen. Choose one that may inspect."),
    "industry-single-department": Entry(422, "至少需要一个协同部门。请勾选与牵头部门一起检查的部门。",
                                        "A cooperating department is needed. Tick those that check together with the lead."),
    "industry-not-inspecting": Entry(422, "选中了不能实施检查的单位。议事协调机构不得作为检查机关。",
                                     "A body that may not inspect was chosen. A coordination body never inspects."),
    "industry-department-has-items": Entry(
        422, "不能移除已有检查项的部门。请先由该部门删去其检查项：{departments}。",
        "A department that has items cannot be taken off. It has to drop its items first: {departments}."),
    "draft-other-department": Entry(403, "只能编写本部门的检查项。所涉部门：{department}。",
                                    "Only a department itself writes its items. Department concerned: {department}."),
    "draft-not-in-industry": Entry(409, "该部门不在这个行业的参与部门之中。请由联席办先行添加：{department}。",
                                   "The department takes no part in this industry. The office has to add it first: {department}."),
    "draft-answers-others": Entry(409, "有别的检查项已合并到这一项。请先由牵头部门撤销合并，再删去。",
                                  "Other items are merged into this one. The lead has to undo the merging first."),
    "edition-not-yours": Entry(403, "这一步不由您办理。清单由牵头部门和联席办推进，由有检查项的部门会签。",
                               "This step is not yours. The lead and the office move a list on, departments with items countersign."),
    "edition-not-now": Entry(409, "清单当前的状态不能进行这一步。请刷新页面查看进展。",
                             "This cannot be done in the present state of the list. Reload the page to see how far it is."),
    "edition-closed": Entry(409, "这一版清单已经发布或终止。可能是同事刚刚办理的，请查看最新情况。",
                            "This edition is published or given up already. A colleague may just have done so; look at it again."),
    "edition-open-already": Entry(409, "这个行业已有正在修订的清单。请在那一版中继续。",
                                  "An edition of this list is under way already. Go on with that one."),
    "edition-unchanged": Entry(409, "各部门的草稿与现行清单完全相同。请先修改，再送会签（现行版本：{version}）。",
                               "The drafts say exactly what the list in force says. Change something before sending it round "
                               "(in force: {version})."),
    "edition-round-already": Entry(409, "同样的内容已经在会签。请等待各部门答复。",
                                   "The very same items are going round already. Wait for the departments' answers."),
    "edition-moved-on": Entry(409, "会签的内容已经更新。请刷新页面，看过新的内容再答复。",
                              "What goes round has changed. Reload the page and answer to the new content."),
    "edition-changed": Entry(409, "送会签之后草稿又有改动。各部门同意的内容已不是现在的草稿，请重新送会签。",
                             "Drafts have changed since this was sent round. What was agreed to is no longer what they say; send it round again."),
    "version-number-needed": Entry(422, "请填写版本号。最多 {length} 字。",
                                   "Give the version a number. At most {length} characters."),
    "publication-unchecked": Entry(422, "请先核对再发布。发布后不可修改；核对无误请勾选。",
                                   "Look it over before publishing. Nothing can be changed afterwards; tick the box when all is right."),
    "merge-answers-differ": Entry(422, "两项的作答方式或限值不同，不能合并。一项是“{one}”，另一项是“{other}”；请两部门先商定一致。",
                                  "The two are answered differently or have other limits and cannot be merged. "
                                  "One is “{one}”, the other “{other}”; the departments have to agree on one first."),
    "merge-done": Entry(409, "其中一项已经合并。请刷新页面查看。", "One of the two is merged already. Reload the page."),
    "merge-one-department": Entry(422, "同一部门的检查项不需要合并。请由该部门自己修改。",
                                  "Items of one department are not merged. The department changes them itself."),
    "supervision-rows-rejected": Entry(422, "清单中有不能导入的行，未写入任何内容。共 {count} 行，请修改后重试。",
                                       "Rows of the list cannot be taken in; nothing was written. {count} rows; mend them and try again."),
    "supervision-unreadable": Entry(422, "读不出这份清单。请另存为 CSV（UTF-8 或 GB18030）后重试。",
                                    "This list cannot be read. Save it as CSV (UTF-8 or GB18030) and try again."),
    "supervision-too-long": Entry(422, "清单太长。最多 {rows} 行，请分次导入。",
                                  "The list is too long. At most {rows} rows; take it in in parts."),
    "supervision-code-unknown": Entry(422, "“互联网+监管”清单中没有这个编码。请从清单中选择（{unknown}）。",
                                      "There is no such code on the “Internet + supervision” list. Choose one from it ({unknown})."),
    # evidence
    "evidence-empty": Entry(422, "文件是空的（0 字节）。请重新拍摄。", "The file is empty (0 bytes). Take the picture again."),
    "evidence-type-unknown": Entry(
        422,
        "不接受这种文件。类型为“{declared}”；照片请用 JPEG、PNG、WebP、HEIC，视频请用 MP4、MOV、WebM。",
        "This kind of file is not accepted. Its type is “{declared}”; photos may be JPEG, PNG, WebP or HEIC, "
        "films MP4, MOV or WebM.",
    ),
    "evidence-type-mismatch": Entry(
        422,
        "文件内容与声明的类型不符。声明为 {declared}，实际是 {found}。",
        "The file is not of the type it was announced as. It was announced as {declared} and is {found}.",
    ),
    "evidence-hash-mismatch": Entry(
        422,
        "收到的内容与指纹（SHA-256）不符，未保存。请重新发送。",
        "What arrived does not have the announced SHA-256 and was not kept. Send it again.",
    ),
    "evidence-not-an-image": Entry(
        422, "文件不是完整的图片。原文件仍在手机上，请重新拍摄。",
        "The file is not a whole image. The original is still on the phone; take the picture again.",
    ),
    "evidence-not-a-video": Entry(
        422, "文件不是可以播放的视频。原文件仍在手机上，请重新录制。",
        "The file is not a film that can be played. The original is still on the phone; record it again.",
    ),
    "evidence-not-audio": Entry(
        422, "文件不是可以播放的录音。原文件仍在手机上，请重新录制。",
        "The file is not a sound recording that can be played. The original is still on the phone; record it again.",
    ),
    "evidence-too-many-pixels": Entry(
        422,
        "图像尺寸过大。图像为 {width}×{height} 像素，最多 {max} 像素；请降低分辨率后重新拍摄。",
        "The picture is too large. It has {width}×{height} pixels, {max} in all are the most; "
        "take it again at a lower resolution.",
    ),
    "evidence-unreadable": Entry(
        422, "无法检查此文件。文件可能已损坏，请重新拍摄。",
        "The file could not be examined. It may be damaged; take it again.",
    ),
    "evidence-busy": Entry(503, "服务器正忙，暂时无法检查此文件。请稍后重试。",
                           "The server is too busy to examine the file. Try again later."),
    "preview-none": Entry(404, "此文件没有预览图。", "There is no preview of this file."),
    "range-not-satisfiable": Entry(416, "请求的字节范围超出文件。", "The file has no such range of bytes."),
    "rescue-not-a-file": Entry(422, "这不是救援文件。请选择现场应用导出的 .liancha 文件。",
                               "This is no rescue file. Choose the .liancha file the field app made."),
    "rescue-other-key": Entry(422, "这个救援文件不是给本单位的，或开头已损坏，无法打开。请在手机上重新导出。",
                              "This rescue file was made for another organisation or its beginning is damaged; it cannot be opened. Export it again on the phone."),
    "rescue-unreadable": Entry(422, "救援文件读不出是谁的数据。请在手机上重新导出。",
                               "The rescue file does not say whose work it holds. Export it again on the phone."),
    "upload-version": Entry(412, "不支持此上传协议版本。请使用 tus {version}。",
                            "This version of the upload protocol is not spoken here. Use tus {version}."),
    "upload-unknown": Entry(404, "没有此上传任务。请重新创建上传。", "There is no such upload. Create it again."),
    "upload-expired": Entry(410, "上传任务已过期。请重新创建上传。", "The upload has expired. Create it again."),
    "upload-locked": Entry(423, "此上传任务正由另一个请求写入。请稍后重试。",
                           "Another request is writing to this upload. Try again in a moment."),
    "upload-offset": Entry(409, "上传位置不一致。服务器已有 {offset} 字节，请从该处继续。",
                           "The offset does not match. The server has {offset} bytes; go on from there."),
    "upload-checksum": Entry(460, "数据块校验和不符，已丢弃。请从第 {offset} 字节重新发送。",
                             "The chunk does not match its checksum and was dropped. Send it again from byte {offset}."),
    "upload-cut": Entry(408, "传输中断。已收到的部分已保存，请查询位置后继续。",
                        "The transfer broke off. What arrived is kept; ask for the offset and go on."),
    "upload-beyond-end": Entry(400, "数据超出文件长度。文件共 {length} 字节。",
                               "The chunk reaches beyond the end of the file. The file has {length} bytes."),
    "upload-chunk-too-large": Entry(413, "数据块太大。每块最多 {max} 字节。",
                                    "The chunk is too large. A chunk may have {max} bytes at most."),
    "upload-too-large": Entry(413, "文件太大。每个文件最多 {max} 字节。",
                              "The file is too large. A file may have {max} bytes at most."),
    # the register of enterprises
    "credit-code-length": Entry(422, "统一社会信用代码应为 18 位。现在是 {length} 位。",
                                "A unified social credit code has 18 signs. This one has {length}."),
    "credit-code-sign": Entry(422, "统一社会信用代码中有不允许的字符。第 {position} 位是“{sign}”。",
                              "A sign is not allowed in a unified social credit code. Position {position} is “{sign}”."),
    "credit-code-check": Entry(422, "统一社会信用代码的校验码不符。第 {position} 位是“{sign}”，按前 17 位应为“{expected}”。",
                               "The check digit of the unified social credit code is wrong. Position {position} is “{sign}”; "
                               "by the first 17 it should be “{expected}”."),
    "place-half": Entry(422, "坐标不完整。纬度和经度请都填写，或都不填。",
                        "The coordinates are incomplete. Give both latitude and longitude, or neither."),
    "place-far": Entry(422, "坐标不在本县及周边。请核对纬度和经度是否填反或多了一位。",
                       "The place is far from the county. See whether latitude and longitude are exchanged or a digit is wrong."),
    "not-your-industry": Entry(403, "该检查对象所属行业不在您部门的清单内，不能修改。请联系联席办或相关部门。",
                               "None of the subject's industries is on your department's list, so you may not change it. "
                               "Ask the office or a department concerned."),
    "nothing-changed": Entry(422, "没有任何修改。请修改后再保存，或返回。", "Nothing was changed. Change something, or go back."),
    "changed-meanwhile": Entry(409, "在您填写期间，该检查对象已被他人修改。请核对现行内容，确认后再次保存。",
                               "Somebody changed this enterprise while you were typing. Look at what is there now, then save again."),
    # the annual plan
    "plan-of-others": Entry(403, "只能编写本部门的计划。由各部门的联络员和计划员编写。",
                            "Only a department itself writes its plan. Its liaison and its planner do."),
    "plan-filed": Entry(409, "计划已经报送，不能修改。如需修改，请先撤回。", "The plan is filed and cannot be changed. Take it back first."),
    "plan-not-filed": Entry(409, "计划当前的状态不能进行这一步。请刷新页面查看进展。",
                            "This cannot be done in the present state of the plan. Reload the page to see how far it is."),
    "plan-office-only": Entry(403, "这一步由县联席办办理。", "This step is the coordinating office's."),
    "plan-no-industry": Entry(409, "本部门没有参与任何行业。请联系联席办在清单中添加。",
                              "Your department takes part in no industry. Ask the office to add it to a list."),
    "plan-changed-meanwhile": Entry(409, "您填写期间，别人已经修改并保存了这份计划。请对照两边的内容，确认后再保存；您填写的内容都还在。",
                                    "Somebody else changed and saved this plan while you were writing. Compare both, then save again; what you typed is kept."),
    "plan-empty": Entry(422, "计划中还没有任务。请先添加。", "There is no inspection in the plan yet. Add one first."),
    "plan-scheme-missing": Entry(422, "请填写检查方案。", "Write the scheme."),
    "plan-rows-incomplete": Entry(422, "有任务填写不完整或清单已有变化。请打开改好后再报送：{rows}。",
                                  "Some inspections are incomplete, or their lists have changed. Open and mend them first: {rows}."),
    "plan-posts-missing": Entry(422, "有部门的主要负责人、分管领导或联络员还没有确定。请先补齐：{departments}。",
                                "A department has not named its first responsible, its leader in charge or its liaison. Fill the posts first: {departments}."),
    "plan-industry-foreign": Entry(422, "本部门不参与这个行业。请选择清单中有本部门的行业。",
                                   "Your department takes no part in this industry. Choose one whose list it is on."),
    "plan-industry-not-led": Entry(422, "联合任务由行业的牵头部门编写。本部门只能为这个行业填报单部门任务。",
                                   "Joint inspections are written by the industry's lead. For this industry you may only file one of your department alone."),
    "plan-lead-matter": Entry(422, "没有选牵头部门自己的抽查事项。请至少选一项。", "No matter of the lead department is chosen. Choose one at least."),
    "plan-matter-unlisted": Entry(422, "抽查事项不在现行清单中。未经公布的事项不得检查：{matters}。",
                                  "A matter is not on the list in force. What is not published may not be checked: {matters}."),
    "plan-nothing-drawn": Entry(422, "按此比例抽不到检查对象。请核对比例、范围和名录库。",
                                "With these ratios nothing would be drawn. Look at the ratios, the scope and the register."),
    "plan-months-reversed": Entry(422, "结束月份早于开始月份。", "The last month lies before the first."),
    "plan-window-reason": Entry(422, "实施月份超出 5 月至 11 月。请填写理由。", "A month lies outside May to November. Give the reason."),
    "plan-scope-needed": Entry(422, "定向抽取须写明范围。请选择乡镇或填写标签。", "A fixed scope has to be named. Choose towns or give tags."),
    "plan-alone-reason": Entry(422, "只有一个部门，须说明理由。能联合的不得多头检查。",
                               "A single department gives its reason. What can be done jointly is not done apart."),
    "plan-alone-attachment": Entry(422, "只有一个部门，须附上级文件。", "A single department attaches its superior's order."),
    "plan-row-gone": Entry(409, "这项任务已经取消或并入其他任务。", "This inspection was dropped or is part of another."),
    "plan-row-in-work": Entry(409, "这项任务已经发起，不能再改动计划。请在任务中调整。",
                              "A task was opened for this already; the plan no longer changes. Change the task instead."),
    "plan-nothing-to-approve": Entry(409, "这项任务不需要单部门审批。", "There is nothing to approve here."),
    "plan-merge-odd": Entry(422, "这两项任务不能合并。两项都须是本年度已报送、未取消、未合并的任务。",
                            "These two cannot be merged. Both must be filed for the same year and stand for themselves."),
    "plan-merge-unlisted": Entry(422, "并入的任务有事项不在目标行业的现行清单中。未经公布的事项不得检查：{matters}。",
                                 "A matter is not on the other industry's list in force. What is not published may not be checked: {matters}."),
    "plan-match-stale": Entry(409, "计划已有变化，这条撮合建议不再成立。请看过新的建议。",
                              "The plans have changed and this proposal no longer holds. Look at the new ones."),
    "county-plan-empty": Entry(409, "还没有可公布的任务。请先审核通过部门计划。", "There is nothing to publish yet. Accept a department's plan first."),
    "county-plan-unchanged": Entry(409, "与现行县级计划完全相同，不需要再公布。", "This is what the plan in force says; there is nothing to publish."),
    "county-plan-moved": Entry(409, "您查看期间，计划又有变化。请看过现在的内容再公布。",
                               "The plans changed while you were looking. Look at what there is now, then publish."),
    "campaign-closed": Entry(409, "专项行动已经结束，或不涉及这个行业。", "The campaign is closed, or does not concern this industry."),
    # visits
    "visit-left": Entry(403, "您已不在此次检查的检查组中。您手机上尚未上传的内容仍可上传。",
                        "You are no longer on the team of this visit. What is still on your phone can be sent all the same."),
    "visit-withheld": Entry(403, "此次检查还没有到公布时间。届时联网即可下载。",
                            "This visit is not released yet. It can be downloaded, with a network, once it is."),
    "visit-cancelled": Entry(409, "此次检查已取消。", "This visit was cancelled."),
    "visit-begun": Entry(409, "此次检查已经开始，不能再改。如需变更，请在检查中记录，或取消后另行安排。",
                         "This visit has begun and can no longer be changed. Record the change in the visit, or cancel it and plan another."),
    "visit-signed": Entry(409, "此次检查已签署。", "This visit is signed off."),
    "visit-lead": Entry(422, "检查组必须有且只有一名牵头人。请指定一名牵头人。",
                        "A team has one lead. Name exactly one lead."),
    "visit-member-department": Entry(422, "检查人员必须属于某个部门。{person}没有所属部门。",
                                     "Whoever goes on a visit belongs to a department. {person} has none."),
    "visit-member-missing": Entry(422, "此人不在检查组中。涉及：{person}。", "This person is not on the team. Concerned: {person}."),
    # credit risk
    "risk-ratio-order": Entry(422, "抽查比例不能低于风险较低的类别。{higher}类的比例不得低于{lower}类。",
                              "A higher risk may not be drawn less than a lower one. Set the ratio of {higher} to at least that of {lower}."),
    "risk-frequency-order": Entry(422, "检查频次不能低于风险较低的类别。{higher}类的频次不得低于{lower}类。",
                                  "A higher risk may not be checked more rarely than a lower one. Allow {higher} at least as often as {lower}."),
    "risk-points-order": Entry(422, "记分线应逐级升高。{higher}类的记分线须高于{lower}类。",
                               "Thresholds rise with the risk. Set that of {higher} above that of {lower}."),
    "risk-ratio-range": Entry(422, "抽查比例应在 0 到 100% 之间。最多两位小数。",
                              "A ratio lies between 0 and 100 %. It has two decimals at most."),
    "risk-frequency-range": Entry(422, "频次应为至少 1 次、在 1 至 5 年内。不设上限时次数留空。",
                                  "A frequency is at least once within one to five years. Leave the number empty for no cap."),
    "risk-points-range": Entry(422, "记分线应为大于 0 的整数。", "A threshold is a whole number above 0."),
    "risk-minimum-range": Entry(422, "最少抽取数应为 0 或以上的整数。", "The minimum is a whole number from 0 on."),
    "risk-unclassified-as": Entry(422, "未分类对象不能按 A 类对待。请选择 B、C 或 D 类。",
                                  "What is unclassified is never treated as A. Choose B, C or D."),
    "risk-policy-past": Entry(422, "政策不能溯及既往。生效日期应为今天或以后。",
                              "A policy never reaches back. Let it take effect today or later."),
    "risk-policy-stale": Entry(409, "您填写期间，政策已被他人更新。请对照现行内容核对后再提交；您填写的内容都还在。",
                               "The policy was changed while you were writing. Compare with what is there now and send again; what you typed is kept."),
    "risk-points-period": Entry(422, "截止日期不能早于起始日期。", "Points cannot end before they begin."),
    "risk-points-withdrawn": Entry(409, "这笔记分已经撤销。", "These points were withdrawn already."),
    "risk-class-stale": Entry(409, "您填写期间，该企业的分类依据有了变化。请对照现行情况核对后再提交；您填写的内容都还在。",
                              "What its class rests on changed while you were writing. Compare with what is there now and send again; what you typed is kept."),
    "risk-decision-past": Entry(422, "认定的截止日期应为今天或以后。", "A decision holds until today at least."),
    "risk-decision-none": Entry(409, "没有有效的认定可以撤销。可能刚被撤销，或已到期。",
                                "There is no decision in force to lift. It may just have been lifted, or has ended."),
    "risk-not-classified": Entry(409, "只有企业参加信用风险分类。个体工商户、民办非企业单位、事业单位和工程项目为未分类。",
                                 "Only enterprises are classified. Individual businesses, non-profits, institutions and projects stay unclassified."),
    "trigger-department": Entry(403, "只能登记和办结本部门的触发事项。其他部门的请由该部门或联席办办理。",
                                "A department notes and closes its own triggers. Leave others to their department or to the office."),
    "trigger-closed": Entry(409, "这条触发事项已经办结。", "This trigger is closed already."),
    "emerging-list-known": Entry(409, "这个名单编号已经使用。名单不能修改，请以新的编号录入（已有：{list}）。",
                                 "This list's code is taken. A list never changes; enter another under a new code (there is {list})."),
    # messages
    "email-odd": Entry(422, "邮箱地址不正确。请核对，例如 zhang@example.gov.cn。",
                       "This is no e-mail address. Check it; one looks like zhang@example.gov.cn."),
    "push-server-unknown": Entry(422, "不支持这个浏览器的推送服务。本机仍可在页面上查看消息。",
                                 "This browser's push server is not one we speak to. Messages can still be read on the page."),
    # imports: the whole file
    "import-no-file": Entry(422, "请选择文件。可以是 XLSX 或 CSV。", "Choose a file. It may be XLSX or CSV."),
    "import-too-large": Entry(413, "文件太大。最多 {max} MB；请分成几个文件导入。", "The file is too large. The most is {max} MB; divide it."),
    "import-not-table": Entry(422, "这不是能读的表格。请用 XLSX 或 CSV（UTF-8 或 GB18030），最好从模板开始填写。",
                              "This is no table that can be read. Use XLSX or CSV (UTF-8 or GB18030), best begun from the template."),
    "import-old-format": Entry(422, "这是旧版 .xls 表格。请在表格软件中另存为 .xlsx 再导入。",
                               "This is an old .xls table. Save it as .xlsx and import that."),
    "import-password": Entry(422, "文件有打开密码。请取消密码后再导入。", "The file needs a password. Take the password off and import it again."),
    "import-broken": Entry(422, "表格文件已损坏。读不出的部分：{part}；请重新导出或另存后再导入。",
                           "The table is damaged. What cannot be read: {part}. Export or save it afresh."),
    "import-bomb": Entry(422, "文件解压后异常巨大，没有打开。涉及的部分：{part}。",
                         "Unpacked, the file would be monstrous; it was not opened. The part concerned: {part}."),
    "import-encoding": Entry(422, "文件编码不是 UTF-8，也不是 GB18030。请另存为 CSV UTF-8 再导入。",
                             "The file's encoding is neither UTF-8 nor GB18030. Save it as CSV UTF-8."),
    "import-csv": Entry(422, "CSV 的引号没有成对。从第 {row} 行附近检查。", "A quotation mark of the CSV is never closed. Look near row {row}."),
    "import-no-heads": Entry(422, "没有找到表头。第一行应是列名，例如“统一社会信用代码”“名称”，可下载模板对照。",
                             "No heads were found. The first row should hold the names of the columns; compare the template."),
    "import-heads-twice": Entry(422, "表头重复。有两列都叫“{head}”。", "A head occurs twice. Two columns are called “{head}”."),
    "import-heads-merged": Entry(422, "表头或标题有合并单元格。请取消合并：{range}。", "The heads are merged cells. Unmerge {range}."),
    "import-merged-everywhere": Entry(422, "合并单元格太多。超过 {most} 处，请先全部取消合并。",
                                      "There are too many merged cells. They are more than {most}; unmerge them all first."),
    "import-columns": Entry(422, "表格的列太多。最多 {most} 列。", "The table has too many columns. The most is {most}."),
    "import-empty": Entry(422, "表格里没有数据。表头下面至少要有一行。", "The table is empty. There should be a row below the heads."),
    "import-too-many-rows": Entry(422, "行数太多。最多 {most} 行，请分成几个文件导入。", "There are too many rows. The most is {most}; divide the file."),
    "import-unmapped": Entry(422, "不知道每行是哪个对象。请至少对应“检查对象编号”或“统一社会信用代码”一列。",
                             "No row says which subject it is. Map the registry id or the credit code at least."),
    "import-mapped-twice": Entry(422, "两列对应了同一项。重复的是“{head}”。", "Two columns fill the same thing. It is “{head}”."),
    "import-not-now": Entry(409, "这批导入现在不能这样处理。可能刚由他人处理过，请看最新状态。",
                            "This cannot be done to the import now. Somebody may just have dealt with it; look at its state."),
    "import-rejects": Entry(409, "有未通过的行，没有写入。请改好后重新导入，或明确选择不导入这 {count} 行。",
                            "Some rows were rejected and nothing was written. Mend them, or choose to leave these {count} out."),
    "import-nothing": Entry(409, "没有要写入的内容。所有行都没有变化或未通过。", "There is nothing to write. All rows are unchanged or rejected."),
    "import-stale": Entry(409, "试导入之后名录库有了变动。已重新试导入，请再核对一次。",
                          "The register has changed since the dry run. It was done afresh; look through it again."),
    "import-undo-late": Entry(409, "这批导入不能再整批撤销。写入已超过 {days} 天，各行内容已清理；请用新文件更正。",
                              "This import can no longer be undone. It is more than {days} days old and its rows were cleared; correct it by another file."),
    "import-failed": Entry(500, "处理中断，没有写入任何内容。请重试；如再次中断请联系管理员。",
                           "It broke off and nothing was written. Try again; tell an administrator if it does so again."),
    # imports: one cell
    "import-cell-empty": Entry(422, "必填项是空的。", "An obligatory cell is empty."),
    "import-column-missing": Entry(422, "新对象缺少这一列。", "A new subject needs this column."),
    "import-cell-long": Entry(422, "文字太长。最多 {most} 字，现有 {length} 字。", "The text is too long. The most is {most} signs, this has {length}."),
    "import-cell-formula": Entry(422, "单元格是公式。请改为固定的值：{value}。", "The cell is a formula. Replace it by its value: {value}."),
    "import-cell-error": Entry(422, "单元格是错误值。内容：{value}。", "The cell holds an error. It is {value}."),
    "import-merged": Entry(422, "单元格已合并。请取消合并：{range}。", "The cell is merged. Unmerge {range}."),
    "import-value-unknown": Entry(422, "没有这个取值。所填的是“{value}”。", "There is no such value. Given: “{value}”."),
    "import-choice-unknown": Entry(422, "不是可填的取值。所填的是“{value}”，可填：{known}。", "It is none of the values. Given: “{value}”; there are: {known}."),
    "import-town-differs": Entry(422, "乡镇与乡镇代码不一致。代码 {town_code} 是{town}。", "Town and town code differ. Code {town_code} is {town}."),
    "import-grid-elsewhere": Entry(422, "网格不在所填乡镇内。网格 {grid} 属于{town}。", "The grid is not in that town. Grid {grid} belongs to {town}."),
    "import-date": Entry(422, "不是日期。所填的是“{value}”，请写成 2026-11-25。", "It is not a date. Given: “{value}”; write it as 2026-11-25."),
    "import-number": Entry(422, "不是要求的数字。所填的是“{value}”。", "It is not the number asked for. Given: “{value}”."),
    "import-place-outside": Entry(422, "坐标不在本县附近。纬度 {lat}，经度 {lon}；请核对是否填反。",
                                  "The coordinates are nowhere near the county. Latitude {lat}, longitude {lon}; they may be swapped."),
    "import-place-half": Entry(422, "经纬度只填了一项。请填全或都留空。", "Only one of latitude and longitude is given. Give both or none."),
    "import-coordinates-system": Entry(422, "不能使用这种坐标。所填的是“{value}”，请换算为 CGCS2000 或 WGS84。",
                                       "Coordinates of this system cannot be used. Given: “{value}”; convert them to CGCS2000 or WGS84."),
    "import-class-enterprises": Entry(422, "只有企业参加信用风险分类。其他对象请留空或填 U。",
                                      "Only enterprises are classified. Leave it empty for others, or say U."),
    "import-emerging": Entry(422, "是否新兴产业与新兴产业代码不一致。", "The emerging-industry flag and code contradict each other."),
    "import-twice": Entry(422, "文件中重复的对象。与第 {row} 行相同。", "This subject stands in the file twice. It is the same as in row {row}."),
    "import-taken": Entry(422, "同一信用代码、同一地址的对象已在名录库中。编号：{reference}。",
                          "The same code at the same address stands in the register. Its registry id: {reference}."),
    "import-premises": Entry(422, "这个信用代码已在名录库中，但地址不同。要修改请填编号 {reference}；是另一处经营场所请填新的编号。",
                             "This credit code stands in the register at another address. To change it give the registry id {reference}; for further premises a new one."),
    "import-kept-changed": Entry(409, "导入后又有改动，没有撤销。", "It was changed since, so it was kept."),
    "import-kept-used": Entry(409, "已有检查或其他记录引用，没有撤销。", "A visit or another record refers to it, so it was kept."),
    # dispatch
    "dispatch-undrawn": Entry(409, "此任务还没有抽取，不能分发。请先完成抽取。",
                              "This task is not drawn yet. Finish the draw first."),
    "dispatch-done": Entry(409, "此任务已全部分发。没有待分发的对象。", "This task is dispatched. No subject is left to send to."),
    "dispatch-held": Entry(409, "没有可以分发的对象。请先处理列出的情况，或填写超过频次仍要检查的理由。",
                           "Nothing can be dispatched. Deal with what is listed first, or say why the cap is exceeded."),
    "notice-unannounced": Entry(409, "此次检查不提前告知。只能到场后当面送达通知书。",
                                "This visit is unannounced. Its notice is handed over on arrival only."),
    "notice-known": Entry(409, "已经提前告知过。", "The enterprise was told already."),
    "notice-late": Entry(409, "检查日期已过或检查已经开始，不能再提前告知。", "It is too late for a prior notice. The visit has begun or its day is over."),
    "corrections-full": Entry(409, "自查改正记录已满。最多 {most} 条，其余请到场时当面说明。",
                              "No more corrections can be noted. There are {most} already; tell the officers the rest."),
    "move-past": Entry(422, "改期不能早于今天。", "A visit cannot move into the past."),
    "move-nowhere": Entry(422, "新的时间和原来一样。", "This is when the visit takes place already."),
    "move-hindered": Entry(409, "有检查人员届时不能参加。涉及：{people}。请换一个时间，或先替换人员。",
                           "Some officers cannot come then. They are {people}. Choose another time, or have them replaced first."),
    # imports: sources
    "source-name": Entry(422, "请填写名称。最多 {most} 字。", "Give a name. At most {most} characters."),
    "source-address": Entry(422, "来源地址不能使用。请填 https:// 开头的地址，或收件目录下的文件夹名。",
                            "This source cannot be used. Give an address with https://, or the name of a folder of the inbox."),
    "source-private": Entry(422, "该地址指向内部网络，不允许访问。地址：{host}。", "This address leads into a private network. It is {host}."),
    "source-folder": Entry(422, "收件目录下没有这个文件夹。文件夹：{folder}。", "The inbox has no such folder. It is {folder}."),
    "source-unreachable": Entry(502, "没有取到文件。原因：{reason}。", "The file could not be fetched. Reason: {reason}."),
    "source-answer": Entry(502, "对方没有给出文件。状态码：{status}。", "The source gave no file. It answered {status}."),
    # attached papers
    "attachment-empty": Entry(422, "文件是空的。请重新选择。", "The file is empty. Choose another."),
    "attachment-too-large": Entry(413, "附件太大。每个文件最多 {most} MB。", "The attached file is too large. A file may have {most} MB at most."),
    "attachment-kind": Entry(422, "不能附这种文件，或文件已损坏。可以附 PDF、JPEG、PNG、DOCX、XLSX、OFD。",
                             "This file cannot be attached, or it is damaged. It may be PDF, JPEG, PNG, DOCX, XLSX or OFD."),
    # tasks
    "task-not-inspecting": Entry(422, "只有检查机关可以参加。不能参加：{departments}。", "Only departments that inspect take part. These do not: {departments}."),
    "task-alone": Entry(422, "联合检查至少要有一个协同部门。请选择协同部门；单部门任务须另行申请。",
                        "A joint task needs a cooperating department. Name at least one; a task of one department is opened as such."),
    "task-single-joint": Entry(422, "单部门任务没有协同部门。有协同部门的请按联合任务发起。",
                               "A task of a single department has no others. Open a joint task if others take part."),
    "task-single-reason": Entry(422, "单部门任务须说明理由。请写明属于哪种特殊情形。", "A task of a single department needs a reason. Say what makes it special."),
    "task-single-paper": Entry(422, "单部门任务须附依据文件。请附上级书面要求等文件。", "A task of a single department needs a paper. Attach the order it rests on."),
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
        return _sentences(CATALOGUE[self.code].text(locale))[0].rstrip("。.")

    def detail(self, locale: str) -> str:
        """The problem in particular."""
        return CATALOGUE[self.code].text(locale).format_map(self.params)

    def advice(self, locale: str) -> str:
        """What the detail says beyond the title: the particulars, and what to do."""
        _title, *rest = _sentences(CATALOGUE[self.code].text(locale))
        return " ".join(rest).format_map(self.params)

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


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=。)|(?<=\.) ", text) if sentence]
