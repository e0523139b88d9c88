/** 现场应用的文字：人员变动与现场文书。 */
export default {
};
