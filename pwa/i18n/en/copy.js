/** Texts of the field app: the party's copy, training and withheld visits. */
export default {
};
