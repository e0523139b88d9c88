// Where the phone is, if it says so. No location is a value: nothing here ever waits for long, fails or invents one.

const LIMIT_MS = 8_000;
const FRESH_MS = 30_000;
const DEGREE = 1e7;

/** `{lat, lon, accuracy}` as integers (1e-7 degree, metres), or null where it is refused, unknown or too slow. */
export function locate() {
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve(null), LIMIT_MS); // the API's own limit stands still while permission is asked
    const answer = (value) => {
      clearTimeout(limit);
      resolve(value);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => answer(inIntegers(coords)),
      () => answer(null),
      { enableHighAccuracy: true, timeout: LIMIT_MS, maximumAge: FRESH_MS },
    );
  });
}

function inIntegers({ latitude, longitude, accuracy }) {
  return { lat: Math.round(latitude * DEGREE), lon: Math.round(longitude * DEGREE), accuracy: Math.round(accuracy) };
}
