/** Which system and which kind of window this is. Pure but for `thisBrowser`. */

const SYSTEMS = [
  ["ios", /iPhone|iPad|iPod/],
  ["harmony", /HarmonyOS|OpenHarmony|ArkWeb/],
  ["android", /Android/],
];
const HOSTS = [["wechat", /MicroMessenger/i], ["dingtalk", /DingTalk/i]];

/** `{system, host, standalone}`; `host` is the app whose window this is, or null in a browser of its own. */
export function browserOf({ userAgent, maxTouchPoints = 0 }, standalone) {
  const found = (table) => table.find(([, sign]) => sign.test(userAgent))?.[0];
  const tablet = /Macintosh/.test(userAgent) && maxTouchPoints > 1; // an iPad says that it is a Mac
  return { system: tablet ? "ios" : found(SYSTEMS) ?? "other", host: found(HOSTS) ?? null, standalone };
}

export function thisBrowser() {
  return browserOf(navigator, navigator.standalone === true || matchMedia("(display-mode: standalone)").matches);
}

/** In a tab iOS clears what a page keeps after a week without use: work begins from the home screen only. */
export const needsHomeScreen = ({ system, standalone }) => system === "ios" && !standalone;
