/** Words that go into the record itself: always Chinese, whatever language the screens speak. */

export const AUTHORITIES = ["法定代表人", "负责人", "受委托人", "现场工作人员"];
export const ID_TYPES = ["居民身份证", "其他证件"];
export const NOT_APPLICABLE = ["该单位无此类设施设备。", "该单位不属于本项适用范围。", "检查时该场所未营业。"];
export const DEMANDS = ["立即停止该行为，限期改正到位并报送整改材料。", "按规定补齐相关证照、台账或资料。", "恢复设施设备完好有效。"];

/** How the copy handed to the party is named among the papers served; `server/visits/copies.py` knows it by this name. */
export const PARTY_COPY = "现场检查记录（当事人副本）";
export const WAYS = ["电子文件当场发送", "当场打印交付", "电子文件与打印件"];
export const SERVICES = ["直接送达", "留置送达", "委托送达", "邮寄送达", "电子送达"];
export const SERVED_DOCUMENTS = ["现场检查笔录", "联合检查记录表", "责令改正通知书", "行政检查通知书", "抽样取证凭证", "询问笔录"];
/** What a photo taken for a paper is called in the list of evidence, by the paper's kind. */
export const PAPER_CAPTIONS = { sample: "抽样取证", inquiry: "询问笔录", survey: "现场勘验", served: "送达", signature: "纸质签字页", transcribed: "纸质检查表" };
export const CAME_LATE = "本部门人员迟到，现已到场。";

/** Why somebody leaves though part of the work is on the phone only. */
export const LEFT_BEHIND = ["现场没有网络，已用交接文件交给同事", "现场没有网络，已导出救援文件", "现场没有网络，回到有网络的地方后同步"];
