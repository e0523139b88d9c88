/** Texts of the field app: hand-over files, rescue files, what is left behind. */
export default {
};
