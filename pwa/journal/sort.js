// One order for all: strings by their UTF-8 bytes, which is the order of code points. JavaScript's own order is
// that of UTF-16 units, which puts 𠮷 (a surrogate pair) before ﷐; Python's is that of code points.

/** Compares two strings by their UTF-8 bytes. */
export function byUtf8(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const one = a.charCodeAt(i);
    const other = b.charCodeAt(i);
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** The strings of any iterable in that order, in a new array. */
export function sorted(strings) {
  return [...strings].sort(byUtf8);
}

/** Surrogates stand for code points above all other units. */
function rank(unit) {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
