/** Texts of the field app: changes of people, papers on the spot. */
export default {
};
