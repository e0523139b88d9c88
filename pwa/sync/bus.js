// The exchange announces its progress where the store announces its changes.
export { bus } from "../store/bus.js";
