// The map of the register: boundaries we ship, marks the server gathers for the window that is shown. No tiles,
// no other host. What is drawn stands beneath as a list too.
const place = document.getElementById("map");
const state = document.getElementById("map-state");
const shown = document.getElementById("shown");
const list = document.getElementById("shown-marks");
const says = place.dataset;

const TOWN = { color: "#5b6b7f", weight: 2, fillColor: "#8fa7c4", fillOpacity: 0.14, interactive: false };
const GRID = { color: "#8a97a8", weight: 1, dashArray: "3 5", fill: false, interactive: false };
const GRIDS_FROM = 12; // nearer than this the grids are drawn

const map = L.map(place, { zoomControl: false, minZoom: 8, maxZoom: 19, zoomSnap: 1 });
map.attributionControl.setPrefix(false).addAttribution(says.schematic);
L.control.zoom({ zoomInTitle: says.zoomIn, zoomOutTitle: says.zoomOut }).addTo(map);
const marks = L.layerGroup().addTo(map);
const grids = L.layerGroup();
let asked = null;

function label(text, kind) {
  const span = document.createElement("span");
  span.textContent = text;
  return L.divIcon({ html: span, className: `map-label ${kind}`, iconSize: null });
}

function draw({ features }) {
  const of = (kind) => features.filter((one) => one.properties.kind === kind);
  const towns = L.geoJSON(of("town"), { style: () => TOWN }).addTo(map);
  L.geoJSON(of("grid"), { style: () => GRID }).addTo(grids);
  for (const one of of("town")) {
    const [lon, lat] = one.properties.centre;
    L.marker([lat, lon], { icon: label(one.properties.name, "town"), interactive: false, keyboard: false }).addTo(map);
  }
  if (says.lat) map.setView([Number(says.lat), Number(says.lon)], 16);
  else map.fitBounds(towns.getBounds());
}

function size(count) {
  return count < 10 ? "few" : count < 1000 ? "some" : "many";
}

function icon(mark) {
  const text = document.createElement("span");
  text.textContent = mark.url ? "" : mark.count.toLocaleString();
  const kind = mark.url ? "one" : size(mark.count);
  return L.divIcon({ html: text, className: `map-mark ${kind}`, iconSize: mark.url ? [48, 48] : [56, 56] });
}

function nearer(mark) {
  map.setView([mark.lat, mark.lon], Math.min(map.getZoom() + 2, map.getMaxZoom()));
}

function put(mark) {
  const name = mark.count > 1 && !mark.name.includes(mark.count.toLocaleString()) ? `${mark.name} ${mark.count.toLocaleString()}` : mark.name;
  const drawn = L.marker([mark.lat, mark.lon], { icon: icon(mark), title: name, alt: name, riseOnHover: true });
  drawn.on("click", () => (mark.url ? location.assign(mark.url) : nearer(mark)));
  drawn.addTo(marks);
  list.append(line(mark, name));
}

function line(mark, name) {
  const item = document.createElement("li");
  const act = document.createElement(mark.url ? "a" : "button");
  act.textContent = name;
  if (mark.url) act.href = mark.url;
  else {
    act.type = "button";
    act.className = "button quiet";
    act.addEventListener("click", () => nearer(mark));
  }
  item.append(act);
  return item;
}

async function refresh() {
  asked?.abort();
  asked = new AbortController();
  const url = new URL(says.points, location);
  url.searchParams.set("bbox", map.getBounds().toBBoxString());
  url.searchParams.set("zoom", map.getZoom());
  try {
    const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const view = await answer.json();
    marks.clearLayers();
    list.replaceChildren();
    view.marks.forEach(put);
    shown.hidden = view.marks.length === 0;
    state.textContent = "";
    place.dataset.total = view.total;
  } catch (error) {
    if (error.name !== "AbortError") state.textContent = says.failed;
  }
}

map.on("moveend", () => {
  if (map.getZoom() >= GRIDS_FROM) grids.addTo(map);
  else grids.remove();
  refresh();
});

draw(await (await fetch(says.boundaries)).json());
