/** Degrees of WGS 84; north and east are positive. */
export type Point = { latitude: number; longitude: number };
/** What a map shows: its middle, and how many metres one of its units is. */
export type MapView = { centre: Point; metres: number };
type Spot = { x: number; y: number };

/** The units a map is drawn in, whatever its size on the screen. */
export const MAP = { width: 640, height: 400 };
export const METRES_PER_DEGREE = 111_320;
const METRES = { least: 0.5, most: 60_000 };
const LATITUDE_MOST = 85;
const MARGIN = 0.75;

const scaleOf = ({ centre, metres }: MapView) => {
  const vertical = METRES_PER_DEGREE / metres;
  return { vertical, horizontal: vertical * Math.cos((centre.latitude * Math.PI) / 180) };
};

export function toSpot({ latitude, longitude }: Point, view: MapView): Spot {
  const { horizontal, vertical } = scaleOf(view);
  return {
    x: MAP.width / 2 + (longitude - view.centre.longitude) * horizontal,
    y: MAP.height / 2 - (latitude - view.centre.latitude) * vertical,
  };
}

export function toPoint({ x, y }: Spot, view: MapView): Point {
  const { horizontal, vertical } = scaleOf(view);
  return keep({
    latitude: view.centre.latitude - (y - MAP.height / 2) / vertical,
    longitude: view.centre.longitude + (x - MAP.width / 2) / horizontal,
  });
}

const keep = ({ latitude, longitude }: Point): Point => ({
  latitude: Math.max(-LATITUDE_MOST, Math.min(LATITUDE_MOST, latitude)),
  longitude: ((((longitude + 180) % 360) + 360) % 360) - 180,
});

const keepMetres = (metres: number) => Math.max(METRES.least, Math.min(METRES.most, metres));

export function zoomBy(view: MapView, factor: number): MapView {
  return { ...view, metres: keepMetres(view.metres * factor) };
}

/** Moved by so many units of the map. */
export function panBy(view: MapView, { x, y }: Spot): MapView {
  return { ...view, centre: toPoint({ x: MAP.width / 2 + x, y: MAP.height / 2 + y }, view) };
}

/** A view that holds all of the points, and at least so many metres around them. */
export function fitView(points: readonly Point[], metresLeast: number): MapView | null {
  const [first] = points;
  if (!first) return null;
  const latitudes = points.map(({ latitude }) => latitude);
  const longitudes = points.map(({ longitude }) => longitude);
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const centre = { latitude: (south + north) / 2, longitude: (west + east) / 2 };
  const narrowing = Math.cos((centre.latitude * Math.PI) / 180);
  const metres = Math.max(
    ((east - west) * METRES_PER_DEGREE * narrowing) / (MAP.width * MARGIN),
    ((north - south) * METRES_PER_DEGREE) / (MAP.height * MARGIN),
    metresLeast / MAP.height,
  );
  return { centre, metres: keepMetres(metres) };
}

/** The longest of 1, 2 and 5 times a power of ten that is no longer. */
export function roundDown(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  return [5, 2, 1].map((times) => times * power).find((each) => each <= length) ?? power;
}

/** How kept values and forms say a point. */
export const writePoint = ({ latitude, longitude }: Point): string =>
  `${latitude.toFixed(5)},${longitude.toFixed(5)}`;

/** Null for what is not two numbers on the globe. */
export function readPoint(text: string): Point | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!found) return null;
  const point = { latitude: Number(found[1]), longitude: Number(found[2]) };
  return Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180 ? point : null;
}
