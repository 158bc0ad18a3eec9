import { withQuery } from "../../../shell/api.ts";
import { meanOf } from "../../../shell/change.ts";
import { Delta } from "../../../shell/delta.tsx";
import { FigureTile } from "../../../shell/figure-tile.tsx";
import { type Places, screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { type Rise, riseOf } from "../rules.ts";
import type { FiguresOf, Overview } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Tile = {
  key: string;
  label: string;
  hint?: string;
  /** Null: there is none, for the reason in `none`. */
  read: (figures: FiguresOf) => number | null;
  say: (value: number) => string;
  none?: string;
  rise: Rise;
  opens?: keyof Overview["opens"];
};

function useTiles(): Tile[] {
  const t = useTexts();
  const { count, duration, bytes } = useFormat();
  return [
    {
      key: "visits",
      label: t("visits"),
      read: ({ visits }) => visits,
      say: count,
      rise: riseOf("visits"),
      opens: "visits",
    },
    {
      ...{ key: "customers", label: t("customers"), hint: t("customers-hint") },
      ...{ read: ({ customers }) => customers, say: count, opens: "customers" },
      rise: riseOf("customers"),
    },
    {
      ...{ key: "new", label: t("new-customers"), hint: t("new-hint") },
      ...{ read: ({ newCustomers }) => newCustomers, say: count, opens: "newCustomers" },
      rise: riseOf("newCustomers"),
    },
    {
      ...{ key: "returning", label: t("returning-customers"), hint: t("returning-hint") },
      read: ({ returningCustomers }) => returningCustomers,
      ...{ say: count, opens: "returningCustomers" },
      rise: riseOf("returningCustomers"),
    },
    {
      ...{ key: "anonymous", label: t("anonymous-visits"), hint: t("anonymous-hint") },
      ...{ read: ({ anonymousVisits }) => anonymousVisits, say: count, opens: "anonymousVisits" },
      rise: riseOf("anonymousVisits"),
    },
    {
      ...{ key: "dwell", label: t("dwell"), hint: t("dwell-hint"), say: duration },
      read: ({ dwellSeconds, endedVisits }) => meanOf(dwellSeconds, endedVisits),
      none: t("none-over"),
      rise: riseOf("dwellSeconds"),
    },
    {
      ...{ key: "connected", label: t("connected"), hint: t("connected-hint"), say: duration },
      read: ({ connectedSeconds, visits }) => meanOf(connectedSeconds, visits),
      none: t("none-came"),
      rise: riseOf("connectedSeconds"),
    },
    {
      ...{ key: "data", label: t("data"), hint: t("data-hint"), say: bytes },
      read: ({ uploadBytes, downloadBytes }) => uploadBytes + downloadBytes,
      rise: riseOf("downloadBytes"),
    },
  ];
}

type OverviewTilesProps = { overview: Overview | undefined; places: Places };

/** The list of those who are here now, at the branches that are counted. */
const hereNowOf = ({ brandId, branchIds, branchKind }: Places): string =>
  withQuery("/visits", {
    ...{ brandId, branchKind, branchIds: branchIds.join(",") || null },
    open: "true",
  });

/** The figures of the period, each beside the period before and the year before. */
export function OverviewTiles({ overview, places }: OverviewTilesProps) {
  const t = useTexts();
  const format = useFormat();
  const tiles = useTiles();
  return (
    <div className="report-tiles">
      <FigureTile
        isFirst
        label={t("here-now")}
        figure={overview && format.count(overview.hereNow.total)}
        href={hereNowOf(places)}
      >
        <span className="delta">{t("here-now-hint", { count: overview?.hereNow.total ?? 0 })}</span>
      </FigureTile>
      {tiles.map(({ key, label, hint, opens, ...tile }) => (
        <FigureTile
          key={key}
          label={label}
          {...(hint === undefined ? {} : { hint })}
          figure={overview && <Figure {...{ tile, overview }} />}
          href={overview && opens ? screenOf(overview.opens[opens]) : undefined}
        >
          {overview && <Deltas {...{ tile, overview }} />}
        </FigureTile>
      ))}
    </div>
  );
}

type TileOf = { tile: Pick<Tile, "read" | "say" | "none" | "rise">; overview: Overview };

function Figure({ tile: { read, say, none }, overview }: TileOf) {
  const value = read(overview.figures);
  if (value !== null) return say(value);
  return (
    <span className="quiet" title={none} aria-hidden>
      –
    </span>
  );
}

/** How it stands beside both other periods; where there is none, why. */
function Deltas({ tile: { read, say, none, rise }, overview }: TileOf) {
  const t = useTexts();
  const now = read(overview.figures);
  if (now === null) return <span className="delta">{none}</span>;
  const against = (figures: FiguresOf) => {
    const before = read(figures);
    return { now, rise, before: before ?? 0, said: before === null ? "–" : say(before) };
  };
  return (
    <>
      <Delta
        {...against(overview.before.figures)}
        against={t("against-before")}
        when={t("against-before-long")}
      />
      <Delta
        {...against(overview.lastYear.figures)}
        against={t("against-last-year")}
        when={t("against-last-year-long")}
      />
    </>
  );
}
