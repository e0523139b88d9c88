/**
 * The party's copy (当事人副本): one HTML file of its own that any browser shows and prints, without script and without
 * anything fetched from elsewhere. An official paper, so always in Chinese. Pure: a visit and facts in, text out.
 */
import { toSvgPath } from "../capture/signature.js";
import chinese from "../i18n/zh-Hans/index.js";
import { journalDigest } from "../journal/entry.js";
import { html } from "./html.js";
import { certifiedOf, departmentNames, departmentOf, homeOf, inVisitOrder, itemState, itemsOf, matterIn, ownersOf, personName, valueText } from "./words.js";

const word = (key) => chinese[key] ?? key;
const NONE = "/";

/**
 * about: {recipient, at, place, qr, since}: to whom, made when (by this phone's clock), the address of the visit's public
 * page with its code drawn as `{size, path}` (or nulls), and the server's time before which it was not made, or null.
 */
export function copyPaper(visit, about) {
  const { bundle } = visit;
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>现场检查记录（当事人副本）${bundle.visit.number}</title>
${STYLE}
</head>
<body>
<article class="paper">
${watermark(bundle)}
${head(visit, about)}
${facts(visit, about)}
${team(visit)}
${course(visit)}
${results(visit)}
${problems(visit)}
${words(visit)}
${checklist(visit)}
${signatures(visit)}
${proof(visit, about)}
</article>
</body>
</html>
`.toString();
}

function watermark({ visit, checklist }) {
  const said = [visit.training && "演练", checklist.sample && "演示样例"].filter(Boolean);
  return said.length > 0 && html`<p class="watermark">${said.join(" ")}</p>`;
}

function head({ bundle, state }, { place, qr }) {
  const agencies = bundle.departments.filter(({ code }) => state.departments[code].state !== "absent");
  return html`<header>
<div><p class="agencies">${agencies.map(({ name }) => name).join("　")}</p>
<h1>现场检查记录</h1>
<p class="kind">当事人副本　编号：${bundle.visit.number}</p>
${bundle.visit.training && html`<p class="kind"><strong>本次为演练，不是真实检查。</strong></p>`}
${state.status !== "signed" && html`<p class="note">制作本副本时，检查尚未签结。签结后的完整记录可扫码查看。</p>`}</div>
${place && html`<figure><svg class="qr" viewBox="0 0 ${qr.size} ${qr.size}" role="img" aria-label="核对二维码"><path d="${qr.path}"/></svg><figcaption>扫码核对</figcaption></figure>`}
</header>`;
}

function facts({ bundle, state }, { recipient }) {
  const { enterprise, visit: plan, checklist } = bundle;
  const parties = unique(inVisitOrder(state.lists.parties).map((one) => [one.name, one.post, one.authority].filter(Boolean).join("，")));
  const rows = [
    ["检查对象", enterprise.name],
    ["统一社会信用代码", enterprise.uscc],
    ["法定代表人（负责人）", enterprise.legal_rep],
    ["住所（经营场所）", enterprise.address],
    ["检查事由", [plan.task_source, `${plan.industry_name}统一检查单（版本 ${checklist.version}）`].filter(Boolean).join("；")],
    ["现场负责人", parties.join("；")],
    ["本副本交付", recipient],
  ];
  return html`<table class="facts">${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value || NONE}</td></tr>`)}</table>`;
}

function team(visit) {
  return html`<h2>一、检查人员</h2>
<table><thead><tr><th>检查机关</th><th>姓名</th><th>执法证号</th><th>到场情况</th></tr></thead><tbody>${visit.bundle.departments.map(({ code, name }) => {
    const { state, reason, officers } = visit.state.departments[code];
    if (state === "absent") return html`<tr><td>${name}</td><td colspan="3">未到场：${word(`absence.${reason?.reason ?? reason}`)}</td></tr>`;
    return certifiedOf(visit, code).map((one) => html`<tr><td>${name}</td><td>${one.name}${one.lead && "（组长）"}</td><td>${one.certificate}</td><td>${officers.includes(one.person) ? "参加检查" : "未参加"}</td></tr>`);
  })}</tbody></table>`;
}

const STEPS = [["arrived", "到场"], ["identity", "出示执法证件"], ["rights", "告知权利义务"], ["recusal", "询问回避"], ["left", "离场"]];

function course(visit) {
  const present = visit.bundle.departments.filter(({ code }) => visit.state.departments[code].state !== "absent");
  return html`<h2>二、检查过程</h2>
<table><thead><tr><th>检查机关</th>${STEPS.map(([, name]) => html`<th>${name}</th>`)}</tr></thead><tbody>${present.map(({ code, short_name: name }) => html`<tr><td>${name}</td>${STEPS.map(([step]) => html`<td>${taken(visit, code, step)}</td>`)}</tr>`)}</tbody></table>
${aborted(visit)}`;
}

/** The first time a department took a step; of recusal, what was answered too. */
function taken(visit, code, step) {
  const first = inVisitOrder(visit.state.departments[code].steps[step].map((hash) => visit.entries.get(hash)).filter(Boolean))[0];
  if (!first) return NONE;
  return step === "recusal" ? `${time(first.at)} ${first.body.requested ? "申请回避" : "不申请"}` : time(first.at);
}

function aborted({ state, entries }) {
  if (state.status !== "aborted") return "";
  const abort = state.register.heads.map((hash) => entries.get(hash)).find((entry) => entry?.kind === "visit.aborted");
  return abort && html`<p>检查中止：${word(`result.${abort.body.code}`)}。${abort.body.text}</p>`;
}

function results(visit) {
  return html`<h2>三、抽查事项结果</h2>
<table><thead><tr><th>检查机关</th><th>结果</th><th>抽查事项</th></tr></thead><tbody>${visit.bundle.departments.map(({ code, name }) => byResult(visit.state.departments[code].results).map(([result, matters]) => html`<tr><td>${name}</td><td>${result}</td><td>${matters.join("；")}</td></tr>`))}</tbody></table>`;
}

/** {matter: code} → [[words of the result, [matter…]]…] */
function byResult(results) {
  const groups = new Map();
  for (const [matter, code] of Object.entries(results)) {
    const result = code ? word(`result.${code}`) : "尚未形成";
    groups.set(result, [...groups.get(result) ?? [], matter]);
  }
  return [...groups];
}

function problems(visit) {
  const failed = visit.bundle.checklist.items.filter((item) => itemState(visit, item.id) === "fail");
  return html`<h2>四、问题与处理</h2>
${failed.length === 0 && html`<p>${visit.state.status === "signed" ? "未发现问题。" : "截至制作本副本时没有记录问题。"}</p>`}
${failed.map((item) => problem(visit, item))}
${standing(visit.state.lists.samples).map((one) => html`<p>抽样取证：样品 ${one.number}，数量 ${one.quantity}，封条 ${one.seal}，送 ${one.laboratory} 检验。</p>`)}`;
}

function problem(visit, item) {
  const found = visit.state.items[item.id];
  const value = valueText(item, found.value);
  const of = (list) => standing(list).filter((one) => one.item === item.id);
  return html`<section class="problem"><p><b>第 ${visit.numberOf(item.id)} 项　${item.matter}</b>（${ownersOf(item).map((code) => departmentOf(visit, code)?.name ?? code).join("、")}）</p>
<p>${found.remark}${value && `　实测 ${value}`}</p>
<p class="basis">依据：${item.basis}</p>
${of(visit.state.lists.measures).map((one) => html`<p><b>责令改正：</b>${one.demand}　期限：${one.deadline ? `${day(one.deadline)}前` : "立即"}</p>`)}
${of(visit.state.lists.corrected).map((one) => html`<p><b>当场改正：</b>${one.text || "已改正"}</p>`)}</section>`;
}

function words({ state }) {
  const said = standing(state.lists.statements);
  return html`<h2>五、当事人陈述申辩</h2>
${said.map((one) => html`<p>${one.name}：${one.text}（${time(one.at)}）</p>`)}${said.length === 0 && html`<p>${NONE}</p>`}`;
}

function checklist(visit) {
  return html`<h2>六、逐项检查情况</h2>
${visit.bundle.departments.filter(({ code }) => visit.state.departments[code].state !== "absent").map(({ code, name }) => html`<table class="items"><colgroup><col class="number"><col><col class="verdict"><col class="said"></colgroup><thead><tr><th colspan="4">${name}</th></tr><tr><th>序号</th><th>检查事项、内容</th><th>结果</th><th>说明</th></tr></thead><tbody>${itemsOf(visit, code).map((item) => itemRow(visit, item, code))}</tbody></table>`)}
${exemption(visit.bundle)}`;
}

function exemption({ exemption: why, checklist: { items } }) {
  return why && items.some((item) => item.exempt) && html`<p class="basis">守信免查依据：${why.reason}${why.list && `（${why.list}；信用风险分类截至 ${why.as_of}）`}</p>`;
}

/** A merged item is told once, and named in the sections of its other owners. */
function itemRow(visit, item, code) {
  const found = visit.state.items[item.id];
  const state = itemState(visit, item.id);
  const home = homeOf(visit, item);
  const matter = matterIn(item, code);
  const others = ownersOf(item).filter((owner) => owner !== code);
  const verdict = state === "open" ? "未检查" : word(`verdict.${state}`);
  if (home !== code) return html`<tr class="${state}"><td>${visit.numberOf(item.id)}</td><td><b>${matter}</b> 合并项</td><td>${verdict}</td><td>见${departmentOf(visit, home)?.short_name ?? home}部分</td></tr>`;
  return html`<tr class="${state}"><td>${visit.numberOf(item.id)}</td><td><b>${matter}</b> ${item.content}${others.length > 0 && html`<br>同时对应：${departmentNames(visit, others)}`}</td><td>${verdict}</td><td>${[valueText(item, found.value), found.remark, found.reason].filter(Boolean).join("；")}</td></tr>`;
}

function signatures(visit) {
  const made = inVisitOrder(visit.state.signatures.filter((one) => one.valid));
  return html`<h2>七、签名</h2>
${made.length === 0 && html`<p>${NONE}</p>`}<div class="hands">${made.map((one) => html`<div class="hand"><p>${word(`role.${one.role}`)}：${one.name}${one.post && `（${one.post}）`}　${scopeOf(visit, one.scope)}</p>
${hand(one)}<p class="when">${time(one.at)}${one.outdated.length > 0 && "　签后有变更"}</p></div>`)}</div>`;
}

function scopeOf(visit, scope) {
  return scope === "visit" ? "全部记录" : departmentOf(visit, scope)?.short_name ?? scope;
}

function hand(one) {
  if (one.method === "refused") return html`<p><b>拒绝签名</b>（${word(`refusal.${one.refusal?.code}`)}）${one.refusal?.text}</p>`;
  if (!one.drawing) return html`<p>纸质签名，附于检查记录</p>`;
  const { left, top, width, height } = inkOf(one.drawing);
  return html`<svg class="ink" viewBox="${left} ${top} ${width} ${height}" role="img" aria-label="${one.name}的签名"><path d="${toSvgPath(one.drawing)}" fill="none" stroke="#000" stroke-width="${Math.max(2, Math.round(Math.max(width, height * 3) / 90))}" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}

const MARGIN = 8;

/** The part of the pad that holds ink, so that a small name on a large pad can be read. */
function inkOf({ strokes }) {
  const across = strokes.flatMap((stroke) => stroke.filter((_, place) => place % 2 === 0));
  const down = strokes.flatMap((stroke) => stroke.filter((_, place) => place % 2 === 1));
  const left = Math.min(...across) - MARGIN;
  const top = Math.min(...down) - MARGIN;
  return { left, top, width: Math.max(...across) + MARGIN - left, height: Math.max(...down) + MARGIN - top };
}

/** What this copy can be checked by: times, the journal's digest, and where each chain stood. */
function proof(visit, { at, since, place }) {
  const { heads, bundle } = visit.covers();
  const rows = [
    ["制作时间", `${time(at)}（手机时钟）`],
    ["不早于", since && `${time(since)}（服务器时间凭据）`],
    ["制作人", visit.person.name],
    ["检查记录", `${visit.entries.size} 条`],
    ["记录摘要", html`<code>${journalDigest([...visit.entries.keys()])}</code>`],
    ["各链末条", heads.map((hash) => html`<div>${authorOf(visit, hash)} <code>${hash}</code></div>`)],
    ["任务包", html`<code>${bundle}</code>`],
  ];
  return html`<section class="proof"><h2>八、核对</h2>
<table class="facts">${rows.filter(([, value]) => value).map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>
<p>本文件交付之前，其 SHA-256 值已写入检查记录，改动一个字节即不相符。各条记录的准确时间范围以服务器收到时的登记为准。</p>
${place && html`<p>核对办法：扫描二维码或打开 <span class="place">${place}</span>，选择本文件。检查记录同步到服务器后即可核对，签结后可下载完整的现场检查记录。</p>`}
<p class="end">（以下空白）</p></section>`;
}

function authorOf(visit, hash) {
  const entry = visit.entries.get(hash);
  return entry ? `${personName(visit, entry.author)} 第 ${entry.seq} 条` : "";
}

const standing = (list) => inVisitOrder(list.filter((one) => !one.replaced));
const unique = (list) => [...new Set(list)];

const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** 2026年5月12日 09:31, in the county's time; what is no instant is printed as it was written. */
function time(at) {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return String(at);
  const { year, month, day: date, hour, minute } = Object.fromEntries(CLOCK.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${year}年${month}月${date}日 ${hour}:${minute}`;
}

function day(date) {
  const [year, month, one] = date.split("-").map(Number);
  return `${year}年${month}月${one}日`;
}

const STYLE = html`<style>
@page { size: A4; margin: 16mm 15mm 18mm 18mm; }
body { margin: 0; background: #fff; -webkit-text-size-adjust: 100%; }
.paper { box-sizing: border-box; max-width: 210mm; margin: 0 auto; padding: 16px; overflow-wrap: anywhere; background: #fff; color: #000; font: 15px/1.6 "Noto Serif CJK SC", "Songti SC", "SimSun", "Noto Sans CJK SC", "WenQuanYi Micro Hei", serif; }
p, figure, h1, h2, table { margin: 0; }
header { display: flex; gap: 16px; align-items: flex-start; justify-content: space-between; }
header div { flex: 1; }
figure { flex: none; text-align: center; font-size: 12px; }
.qr { display: block; width: 116px; height: 116px; }
.agencies { font-size: 16px; font-weight: 700; }
h1 { margin: 8px 0 2px; font-size: 27px; letter-spacing: 4px; }
h2 { margin: 20px 0 6px; font-size: 17px; break-after: avoid; }
.note { margin-top: 6px; padding: 4px 10px; border: 1px solid #000; }
table { width: 100%; margin-top: 8px; border-collapse: collapse; }
th, td { padding: 4px 7px; border: 1px solid #444; text-align: left; vertical-align: top; }
th { background: #f0f0f0; }
tr, .problem, .hand { break-inside: avoid; }
.facts { table-layout: fixed; }
.facts th { width: 9.5em; font-weight: 400; }
thead { display: table-header-group; }
.items { font-size: 13px; line-height: 1.5; table-layout: fixed; }
.number { width: 3.8em; }
.verdict { width: 5.5em; }
.said { width: 28%; }
.items thead tr:first-child th { font-size: 14px; }
.items .fail td { font-weight: 700; background: #f7f7f7; }
.items .exempt td, .items .na td { color: #444; }
.problem { margin-top: 8px; padding: 6px 10px; border: 1px solid #000; border-left-width: 4px; }
.basis, .when { font-size: 13px; }
.hands { display: flex; flex-wrap: wrap; gap: 10px 20px; margin-top: 8px; }
.hand { flex: 1 1 240px; max-width: 340px; }
.ink { display: block; width: 100%; height: 64px; border-bottom: 1px solid #000; }
.proof { break-inside: avoid; }
.proof p { margin-top: 6px; }
code { font: 11px/1.5 "DejaVu Sans Mono", ui-monospace, monospace; word-break: break-all; }
.place { font-weight: 700; word-break: break-all; }
.end { text-align: center; }
.watermark { position: fixed; top: 40%; left: 0; right: 0; z-index: 1; text-align: center; font-size: 72px; letter-spacing: 16px; opacity: 0.1; transform: rotate(-28deg); pointer-events: none; }
@media print { .paper { max-width: none; padding: 0; font-size: 10.5pt; } .items { font-size: 9pt; } }
@media (max-width: 480px) { header { flex-direction: column; } .facts th { width: 6.5em; } }
</style>`;
