// The district on the map: streets, places and what is being drawn; tells what was clicked and moved.
/* global L */
import { el, words } from "./call.js";

const CLASS_COLOURS = ["#b6bec6", "#1864ab", "#0b7285", "#5c940d", "#a07a2c"], CLOSED = "#c92a2a", CHOSEN = "#f08c00";
const TABLE_COLOURS = { points: "#2f6f4f", orders: "#a61e4d" };
const KEEP = 0.0000001; // degrees: less is no move

export const map = L.map("map", { zoomControl: false, maxZoom: 19, minZoom: 8, zoomSnap: 0.5 });
map.attributionControl.setPrefix("");
map.attributionControl.addAttribution("© OpenStreetMap contributors");
L.control.zoom({ position: "topright" }).addTo(map);
L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
const canvas = L.canvas({ padding: 0.3, tolerance: 5 }); // one for all: of two, the upper alone would hear the pointer
const lines = [], places = new Map(), drawn = L.layerGroup().addTo(map), areas = L.layerGroup().addTo(map), corners = L.layerGroup().addTo(map);
let handle = null, listeners = {};
const held = {}; // what is held: `at` with `onMove`, or `ring` with `onPull`, `outline` and `corners`

export const listen = (wanted) => { listeners = wanted; };

export function decode(numbers) {
  const line = [];
  for (let i = 0, lon = 0, lat = 0; i < numbers.length; i += 2) {
    lon += numbers[i];
    lat += numbers[i + 1];
    line.push([lat / 1e5, lon / 1e5]);
  }
  return line;
}

// ---- streets ------------------------------------------------------------------------------------
export function drawRoads(roads) {
  for (const [number, piece] of roads.pieces.entries()) {
    const line = L.polyline(decode(piece.line), { renderer: canvas, bubblingMouseEvents: false });
    line.on("click", (event) => listeners.street(number, event.latlng));
    line.bindTooltip(() => listeners.streetText(number), { sticky: true });
    lines.push(line.addTo(map));
  }
  const box = L.latLngBounds(lines.flatMap((line) => [line.getBounds().getNorthWest(), line.getBounds().getSouthEast()]));
  if (box.isValid()) map.fitBounds(box.pad(0.02));
}

export function paintStreets(classes, closed, chosen) {
  const shut = new Set(closed);
  for (const [number, line] of lines.entries()) {
    const level = Number(classes[number] || 0), picked = chosen.has(number);
    line.setStyle({
      color: picked ? CHOSEN : shut.has(number) ? CLOSED : CLASS_COLOURS[level],
      weight: picked ? 7 : level ? 4.5 : 2.5, opacity: 0.9, dashArray: shut.has(number) && !picked ? "6 5" : null,
    });
  }
}

export function showStreets(numbers) {
  const box = L.latLngBounds(numbers.map((number) => lines[number].getBounds()));
  if (box.isValid() && !map.getBounds().contains(box)) map.fitBounds(box.pad(0.4), { maxZoom: 17 });
}

// ---- places -------------------------------------------------------------------------------------
export function drawPlaces(tables, hidden, worst) {
  for (const layer of places.values()) layer.remove();
  places.clear();
  for (const table of tables) {
    if (hidden.has(table.table)) continue;
    const kind = table.columns.indexOf("kind");
    for (const row of table.rows) {
      if (!row.at) continue;
      const key = `${table.table}/${row.row}`, must = worst.get(key);
      const layer = table.table === "facilities" ? siteMarker(row, row.cells[kind], must) : dot(table.table, row, must);
      layer.bindTooltip(() => listeners.placeText(table, row));
      layer.on("click", (event) => { L.DomEvent.stop(event); listeners.place(table.table, row.row); });
      layer.on("mousedown", (event) => listeners.mayMove() && event.originalEvent.button === 0 && drag(layer, table.table, row, event));
      places.set(key, layer.addTo(map));
    }
  }
}

function siteMarker(row, kind, must) {
  const icon = L.divIcon({ className: `site ${kind}${must ? " wrong" : ""}`, iconSize: [24, 24], html: el("span", {}, words.glyph[kind] || "·") });
  return L.marker([row.at[1], row.at[0]], { icon, keyboard: false, zIndexOffset: kind === "station" ? 500 : 0 });
}

function dot(table, row, must) {
  return L.circleMarker([row.at[1], row.at[0]], { renderer: canvas, radius: must === undefined ? 5 : 7, weight: must === undefined ? 1.5 : 3,
    color: must ? "#b42318" : must === false ? "#b8860b" : "#fff", fillColor: TABLE_COLOURS[table] || "#555", fillOpacity: 1, bubblingMouseEvents: false });
}

// Follow the pointer from a place until it is let go.
function drag(layer, table, row, event) {
  const begin = event.latlng;
  let moved = false;
  map.dragging.disable();
  const follow = (now) => {
    moved ||= map.latLngToLayerPoint(now.latlng).distanceTo(map.latLngToLayerPoint(begin)) > 4;
    if (!moved) return;
    layer.closeTooltip();
    layer.setLatLng(now.latlng);
  };
  map.on("mousemove", follow);
  map.once("mouseup", (end) => {
    map.off("mousemove", follow);
    map.dragging.enable();
    if (moved) listeners.moved(table, row.row, [end.latlng.lng, end.latlng.lat]);
  });
}

// What fingers can hold. It stays under them while all else is drawn anew.
function grip(name, size, at, movable, pulled) {
  const icon = L.divIcon({ className: name, iconSize: [size, size] });
  const marker = L.marker([at[1], at[0]], { icon, draggable: movable, keyboard: false, zIndexOffset: name === "corner" ? 950 : 900 });
  marker.on("dragstart", () => { marker.isHeld = true; });
  marker.on("dragend", () => {
    marker.isHeld = false;
    const { lng, lat } = marker.getLatLng();
    pulled([lng, lat]);
  });
  return marker;
}

const settle = (marker, at) => marker.isHeld || marker.setLatLng([at[1], at[0]]);

// The chosen place, with its handle.
export function hold(at, onMove) {
  const stays = handle && at && Boolean(held.onMove) === Boolean(onMove);
  Object.assign(held, { at, onMove });
  if (stays) return settle(handle, at);
  handle?.remove();
  handle = at && grip("handle", 34, at, Boolean(onMove), ([lng, lat]) => {
    if (Math.abs(lng - held.at[0]) + Math.abs(lat - held.at[1]) > KEEP) held.onMove([lng, lat]);
  }).addTo(map);
}

export function look(at) {
  const spot = L.latLng(at[1], at[0]);
  if (!map.getBounds().pad(-0.1).contains(spot) || map.getZoom() < 15) map.setView(spot, Math.max(map.getZoom(), 16));
}

// ---- zones --------------------------------------------------------------------------------------
const ZONE_COLOURS = ["#5f3dc4", "#0b7285", "#a61e4d", "#2b8a3e", "#846358", "#1864ab"];
const latLngs = (ring) => ring.map(([lon, lat]) => [lat, lon]);

export function drawZones(table, hidden, chosen) {
  areas.clearLayers();
  if (!table || hidden.has("zones")) return;
  for (const [number, row] of table.rows.entries()) {
    if (!row.rings.length) continue;
    const color = ZONE_COLOURS[number % ZONE_COLOURS.length], picked = row.row === chosen;
    const area = L.polygon(row.rings.map((ring) => [latLngs(ring)]), { renderer: canvas, color: picked ? CHOSEN : color, weight: picked ? 4 : 2, dashArray: "8 4", fillOpacity: 0.08, bubblingMouseEvents: false });
    area.bindTooltip(() => listeners.placeText(table, row), { sticky: true });
    area.on("click", (event) => listeners.zone(row.row, [event.latlng.lng, event.latlng.lat]));
    areas.addLayer(area);
    area.bringToBack();
  }
}

// The corners of an area, to be pulled; and the outline while it is drawn.
export function holdRing(ring, onMove) {
  const stays = ring && ring.length === held.corners?.length && Boolean(held.onPull) === Boolean(onMove);
  Object.assign(held, { ring, onPull: onMove });
  if (stays) {
    held.outline?.setLatLngs(latLngs(ring));
    return held.corners.forEach((corner, number) => settle(corner, ring[number]));
  }
  corners.clearLayers();
  Object.assign(held, { outline: null, corners: null });
  if (!ring) return;
  if (ring.length > 1) held.outline = L.polygon(latLngs(ring), { renderer: canvas, color: CHOSEN, weight: 3, fillOpacity: 0.1, interactive: false }).addTo(corners);
  held.corners = ring.map((spot, number) => grip("corner", 18, spot, Boolean(onMove), (to) =>
    held.onPull(held.ring.map((own, at) => (at === number ? to : own)))).addTo(corners));
}

export function lookAt(ring) {
  const box = L.latLngBounds(latLngs(ring));
  if (!map.getBounds().contains(box)) map.fitBounds(box.pad(0.1));
}

// From a place to the street it stands at.
export function drawNear(at, near) {
  drawn.clearLayers();
  if (!at || !near) return;
  const line = [[at[1], at[0]], [near.lat, near.lon]];
  L.polyline(line, { color: near.verdict === "near" ? "#1f6f37" : "#b42318", weight: 3, dashArray: "3 4", interactive: false, renderer: canvas }).addTo(drawn);
  L.circleMarker(line[1], { radius: 4, color: "#1b1f24", weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false, renderer: canvas }).addTo(drawn);
}

map.on("click", (event) => listeners.ground([event.latlng.lng, event.latlng.lat]));
