import { type Point, pointOf, writePlace } from "../customers/index.ts";

/** What the map of the page shows: its middle, and how much of the earth a CSS pixel is. */
export type MapView = Point & { metresPerPixel: number };
export type MapMark = { name: string; point: Point };

/** CSS pixels: the browser tells where the picture was tapped in these, so it never stretches. */
export const MAP_SIDE = 320;
const METRES_PER_DEGREE = 111_320;
const METRES_PER_PIXEL = { home: 4, branch: 20, least: 1, most: 20_000 };
/** Beyond it, east and west run together. */
const LATITUDE_MOST = 85;
const PAN_PIXELS = MAP_SIDE / 3;

/** Where the map is opened: at the place that is known, or at the branch; null: neither is known. */
export function openView(place: Point | null, branches: readonly MapMark[]): MapView | null {
  if (place) return { ...place, metresPerPixel: METRES_PER_PIXEL.home };
  const [first] = branches;
  return first ? { ...first.point, metresPerPixel: METRES_PER_PIXEL.branch } : null;
}

/** A view as the form carries it: latitude,longitude,metres a pixel. */
export const writeView = ({ latitude, longitude, metresPerPixel }: MapView): string =>
  `${writePlace({ latitude, longitude })},${metresPerPixel}`;

/** Null for what this program did not write. */
export function readView(text: string): MapView | null {
  const [latitude, longitude, metres] = text.split(",");
  const point = pointOf(`${latitude},${longitude}`);
  const metresPerPixel = Number(metres);
  const { least, most } = METRES_PER_PIXEL;
  return point && metresPerPixel >= least && metresPerPixel <= most
    ? { ...point, metresPerPixel }
    : null;
}

const scaleOf = ({ latitude, metresPerPixel }: MapView) => {
  const vertical = METRES_PER_DEGREE / metresPerPixel;
  return { vertical, horizontal: vertical * Math.cos((latitude * Math.PI) / 180) };
};

function toPixel({ latitude, longitude }: Point, view: MapView): { x: number; y: number } {
  const { horizontal, vertical } = scaleOf(view);
  return {
    x: MAP_SIDE / 2 + (longitude - view.longitude) * horizontal,
    y: MAP_SIDE / 2 - (latitude - view.latitude) * vertical,
  };
}

function toPoint({ x, y }: { x: number; y: number }, view: MapView): Point {
  const { horizontal, vertical } = scaleOf(view);
  const latitude = view.latitude - (y - MAP_SIDE / 2) / vertical;
  const longitude = view.longitude + (x - MAP_SIDE / 2) / horizontal;
  return {
    latitude: Math.max(-LATITUDE_MOST, Math.min(LATITUDE_MOST, latitude)),
    longitude: ((((longitude + 180) % 360) + 360) % 360) - 180,
  };
}

const PANS: Readonly<Record<string, { x: number; y: number }>> = {
  north: { x: 0, y: -PAN_PIXELS },
  south: { x: 0, y: PAN_PIXELS },
  west: { x: -PAN_PIXELS, y: 0 },
  east: { x: PAN_PIXELS, y: 0 },
};

export type MapStep = { view: MapView; place: string };

/** What a button of the map, or a tap on it, makes of the view and of the place; null: neither was it. */
export function stepMap(form: URLSearchParams, step: MapStep): MapStep | null {
  const { view, place } = step;
  const [x, y] = [form.get("at.x"), form.get("at.y")];
  // A picture that a key sets off says the corner: then the middle is meant.
  if (x !== null && y !== null) {
    const tapped = { x: Number(x) || MAP_SIDE / 2, y: Number(y) || MAP_SIDE / 2 };
    return { view, place: writePlace(toPoint(tapped, view)) ?? place };
  }
  const button = form.get("map");
  if (button === null) return null;
  if (button === "here") return { view, place: writePlace(view) ?? place };
  if (button === "none") return { view, place: "" };
  const { least, most } = METRES_PER_PIXEL;
  const zoom = { in: 0.5, out: 2 }[button];
  if (zoom !== undefined) {
    const metresPerPixel = Math.max(least, Math.min(most, view.metresPerPixel * zoom));
    return { view: { ...view, metresPerPixel }, place };
  }
  const pan = PANS[button];
  if (!pan) return step;
  const middle = { x: MAP_SIDE / 2 + pan.x, y: MAP_SIDE / 2 + pan.y };
  return { view: { ...view, ...toPoint(middle, view) }, place };
}

/** The longest round length (1, 2 or 5 times a power of ten) of at most so many metres. */
function roundLength(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  return [5, 2, 1].map((times) => times * power).find((length) => length <= metres) ?? power;
}

const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0)};`);

/** The map as a picture of its own: squares with their size, the branches, and the place if there is one. */
export function drawMap(view: MapView, branches: readonly MapMark[], place: Point | null): string {
  const metres = roundLength((MAP_SIDE / 3) * view.metresPerPixel);
  const step = metres / view.metresPerPixel;
  const length = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
  const lines: string[] = [];
  for (let at = (MAP_SIDE / 2) % step; at < MAP_SIDE; at += step)
    lines.push(`M${at.toFixed(1)} 0V${MAP_SIDE}M0 ${at.toFixed(1)}H${MAP_SIDE}`);
  const isShown = ({ x, y }: { x: number; y: number }) =>
    x > 0 && y > 0 && x < MAP_SIDE && y < MAP_SIDE;
  const dots = branches
    .map(({ name, point }) => ({ name, at: toPixel(point, view) }))
    .filter(({ at }) => isShown(at))
    .map(({ name, at: { x, y } }) => {
      const [dx, anchor] = x > MAP_SIDE / 2 ? [-9, "end"] : [9, "start"];
      return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="#0b7a75"/><text x="${(x + dx).toFixed(1)}" y="${(y + 4).toFixed(1)}" text-anchor="${anchor}">${escapeXml(name)}</text>`;
    });
  const pin = place ? toPixel(place, view) : null;
  const mark =
    pin && isShown(pin)
      ? `<path transform="translate(${pin.x.toFixed(1)} ${pin.y.toFixed(1)})" d="M0 0C-4-9-10-13-10-20a10 10 0 0 1 20 0C10-13 4-9 0 0Z" fill="#b42318" stroke="#fff"/>`
      : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${MAP_SIDE}" height="${MAP_SIDE}" font-family="system-ui,sans-serif" font-size="12"><rect width="100%" height="100%" fill="#eef3f1"/><path d="${lines.join("")}" stroke="#c9d6d2"/><path d="M12 ${MAP_SIDE - 12}h${step.toFixed(1)}m0-4v4m${(-step).toFixed(1)}-4v4" stroke="#14201f" fill="none"/><g fill="#14201f" paint-order="stroke" stroke="#eef3f1" stroke-width="3"><text x="12" y="${MAP_SIDE - 20}">${length}</text>${dots.join("")}</g>${mark}</svg>`;
}

export const toDataAddress = (svg: string) =>
  `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
