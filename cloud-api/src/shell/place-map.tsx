import { ActionIcon, Button, Group } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconMinus,
  IconPlus,
} from "@tabler/icons-react";
import { type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useShellTexts } from "./language.tsx";
import {
  MAP,
  type MapView,
  type Point,
  panBy,
  roundDown,
  toPoint,
  toSpot,
  zoomBy,
} from "./map-view.ts";
import "./place-map.css";
import { useFormat } from "./use-format.ts";

export type MapMark = { name: string; point: Point };

type PlaceMapProps = {
  /** What it shows, for those who cannot see it. */
  label: string;
  /** Where it begins. */
  view: MapView;
  /** Branches: what people know the way from. */
  marks: readonly MapMark[];
  /** Where the pin stands; null: nowhere. */
  pin?: Point | null;
  /** A click puts the pin there; absent: the map is looked at. */
  onPick?: (point: Point) => void;
  /** What lies below the branches, drawn for the view. */
  children?: (view: MapView) => ReactNode;
};

const PAN = 160;
/** A finger that moved less than this has tapped. */
const TAP_UNITS = 5;

/** A map of our own: squares with their size and the branches on them. No picture comes from elsewhere. */
export function PlaceMap({ label, view: first, marks, pin, onPick, children }: PlaceMapProps) {
  const t = useShellTexts();
  const [view, setView] = useState(first);
  const drag = useDrag({ view, setView, onPick });
  const pan = (x: number, y: number) => setView(panBy(view, { x: x * PAN, y: y * PAN }));
  const moves = [
    { name: t("map-in"), icon: IconPlus, act: () => setView(zoomBy(view, 0.5)) },
    { name: t("map-out"), icon: IconMinus, act: () => setView(zoomBy(view, 2)) },
    { name: t("map-west"), icon: IconArrowLeft, act: () => pan(-1, 0) },
    { name: t("map-north"), icon: IconArrowUp, act: () => pan(0, -1) },
    { name: t("map-south"), icon: IconArrowDown, act: () => pan(0, 1) },
    { name: t("map-east"), icon: IconArrowRight, act: () => pan(1, 0) },
  ];
  return (
    <div>
      <svg
        viewBox={`0 0 ${MAP.width} ${MAP.height}`}
        role="img"
        aria-label={label}
        className="place-map"
        data-picks={onPick !== undefined}
        {...drag}
      >
        <Squares view={view} />
        {children?.(view)}
        {marks.map((mark) => (
          <Mark key={`${mark.name} ${mark.point.latitude}`} mark={mark} view={view} />
        ))}
        {pin && <Pin spot={toSpot(pin, view)} />}
        <Scale view={view} />
      </svg>
      <Group gap={6} mt={6}>
        {moves.map(({ name, icon: Icon, act }) => (
          <ActionIcon
            key={name}
            variant="default"
            size="lg"
            aria-label={name}
            title={name}
            onClick={act}
          >
            <Icon size={16} />
          </ActionIcon>
        ))}
        {onPick && (
          <Button variant="default" size="xs" h={34} onClick={() => onPick(view.centre)}>
            {t("map-here")}
          </Button>
        )}
      </Group>
    </div>
  );
}

type Dragging = {
  view: MapView;
  setView: (view: MapView) => void;
  onPick: PlaceMapProps["onPick"] | undefined;
};

/** Drawing the map along, and taps on it. */
function useDrag({ view, setView, onPick }: Dragging) {
  const from = useRef<{ x: number; y: number; view: MapView } | null>(null);
  const spotOf = (event: PointerEvent<SVGSVGElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    return {
      x: ((event.clientX - left) / width) * MAP.width,
      y: ((event.clientY - top) / height) * MAP.height,
    };
  };
  return {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { ...spotOf(event), view };
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      if (!from.current) return;
      const { x, y } = spotOf(event);
      setView(panBy(from.current.view, { x: from.current.x - x, y: from.current.y - y }));
    },
    onPointerUp: (event: PointerEvent<SVGSVGElement>) => {
      const spot = spotOf(event);
      const begun = from.current;
      from.current = null;
      if (!begun || Math.hypot(spot.x - begun.x, spot.y - begun.y) > TAP_UNITS) return;
      setView(begun.view);
      onPick?.(toPoint(spot, begun.view));
    },
    onPointerCancel: () => {
      from.current = null;
    },
  };
}

const ofScale = (view: MapView) => roundDown((MAP.width / 4) * view.metres);

/** Lines that stay where they are on the earth while the map is moved. */
function Squares({ view }: { view: MapView }) {
  const step = ofScale(view) / view.metres;
  const origin = toSpot({ latitude: 0, longitude: 0 }, view);
  const linesOf = (start: number, end: number) => {
    const lines: number[] = [];
    for (let at = ((start % step) + step) % step; at < end; at += step) lines.push(at);
    return lines;
  };
  const vertical = linesOf(origin.x, MAP.width).map((x) => `M${x} 0V${MAP.height}`);
  const horizontal = linesOf(origin.y, MAP.height).map((y) => `M0 ${y}H${MAP.width}`);
  return <path d={[...vertical, ...horizontal].join("")} className="map-line" />;
}

function Scale({ view }: { view: MapView }) {
  const format = useFormat();
  const metres = ofScale(view);
  const width = metres / view.metres;
  const length = metres < 1000 ? `${format.count(metres)} m` : `${format.count(metres / 1000)} km`;
  return (
    <g transform={`translate(16 ${MAP.height - 16})`}>
      <path d={`M0-5V0H${width}V-5`} className="map-scale" />
      <text x={4} y={-6} className="map-text">
        {length}
      </text>
    </g>
  );
}

function Mark({ mark: { name, point }, view }: { mark: MapMark; view: MapView }) {
  const { x, y } = toSpot(point, view);
  if (x < 0 || y < 0 || x > MAP.width || y > MAP.height) return null;
  const isRight = x > MAP.width * 0.7;
  return (
    <g>
      <circle cx={x} cy={y} r={6} className="map-branch" />
      <text
        x={isRight ? x - 11 : x + 11}
        y={y + 5}
        textAnchor={isRight ? "end" : "start"}
        className="map-text"
      >
        {name}
      </text>
    </g>
  );
}

const Pin = ({ spot: { x, y } }: { spot: { x: number; y: number } }) => (
  <path
    transform={`translate(${x} ${y})`}
    d="M0 0C-5-11-12-16-12-25a12 12 0 0 1 24 0C12-16 5-11 0 0Z"
    className="map-pin"
  />
);
