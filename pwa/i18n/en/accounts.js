/** Texts of the field app: who uses this phone: unlocking, switching, enrolling a colleague. */
export default {
};
