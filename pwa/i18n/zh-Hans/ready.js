/** 现场应用的文字：出发前检查、版本与存储。 */
export default {
};
