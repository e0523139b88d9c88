/** Words that go into the record itself: always Chinese, whatever language the screens speak. */

export const AUTHORITIES = ["法定代表人", "负责人", "受委托人", "现场工作人员"];
export const ID_TYPES = ["居民身份证", "其他证件"];
export const NOT_APPLICABLE = ["该单位无此类设施设备。", "该单位不属于本项适用范围。", "检查时该场所未营业。"];
export const DEMANDS = ["立即停止该行为，限期改正到位并报送整改材料。", "按规定补齐相关证照、台账或资料。", "恢复设施设备完好有效。"];

/** How the copy handed to the party is named among the papers served; `server/visits/copies.py` knows it by this name. */
export const PARTY_COPY = "现场检查记录（当事人副本）";
export const WAYS = ["电子文件当场发送", "当场打印交付", "电子文件与打印件"];
