/** Texts of the field app: readiness, versions and storage. */
export default {
};
