/** Why the phone did not do what was asked: a code the catalogue of texts explains. */
export class Refusal extends Error {
  constructor(code, { field = null, ...params } = {}) {
    super(code);
    this.name = "Refusal";
    this.code = code;
    this.field = field;
    this.params = params;
  }
}
