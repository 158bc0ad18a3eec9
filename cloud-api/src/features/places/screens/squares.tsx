import { type MapView, toSpot } from "../../../shell/map-view.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { densityOf, shadeOf } from "../rules.ts";
import type { DensityReply } from "../schema.ts";

type Group = DensityReply["groups"][number];

/** From the faintest shade on. */
const OPACITIES = [0.22, 0.4, 0.6, 0.85];
export const opacityOf = (shade: number): number => OPACITIES[shade] ?? 1;
/** Where a number fits in. */
const LABEL_UNITS = 34;

type SquaresProps = { groups: readonly Group[]; bounds: readonly number[]; view: MapView };

/** The areas, the largest below: the smaller ones within are not of what they count. */
export function SquaresOnMap({ groups, bounds, view }: SquaresProps) {
  const format = useFormat();
  const drawn = groups.toReversed().map((group) => {
    const { south, west, side, customers } = group;
    const corner = toSpot({ latitude: south + side, longitude: west }, view);
    const other = toSpot({ latitude: south, longitude: west + side }, view);
    return {
      ...{ key: `${south} ${west} ${side}`, customers, ...corner },
      ...{ width: other.x - corner.x, height: other.y - corner.y },
      opacity: opacityOf(shadeOf(densityOf(group), bounds)),
    };
  });
  return (
    <g>
      {drawn.map(({ key, x, y, width, height, opacity }) => (
        <rect {...{ key, x, y, width, height }} className="map-square" fillOpacity={opacity} />
      ))}
      {drawn
        .filter(({ width }) => width > LABEL_UNITS)
        .map(({ key, x, y, width, height, customers }) => (
          <text
            key={key}
            x={x + width / 2}
            y={y + height / 2 + 5}
            textAnchor="middle"
            className="map-text"
          >
            {format.count(customers)}
          </text>
        ))}
    </g>
  );
}
