/** 现场应用的文字：入企码，企业检查前自查改正。 */
export default {
  "door.show": "出示入企码",
  "door.title": "入企码",
  "door.code": "入企码（二维码）",
  "door.scan": "请企业扫码，核验本次检查。",
  "door.first": "先记录到场。到场记录上传后，企业扫码才能看到检查信息。",
  "door.arrived": "已到场。企业能否看到，取决于到场记录是否已入库：",
  "door.tells": "扫码后显示：检查是否属实、检查人员和证号、依据、企业的权利、投诉电话和评价办法。检查结束满 30 天，不再显示人员姓名。",
  "door.corrected": "企业自述检查前已改正 {count} 项",
  "door.corrected-text": "仅供参考，不免除检查。",
  "refused.door-not-loaded": "入企码的部分还没有下载到本机。请联网打开一次应用后再试。",
};
