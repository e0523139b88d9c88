/** 现场应用的文字：录像、录音与取证时刻。 */
export default {
  "kind.recording": "录像录音",
};
