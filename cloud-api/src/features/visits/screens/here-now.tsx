import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useMay } from "../../../shell/session.tsx";
import { StatTile } from "../../../shell/stat-tile.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { linkToVisits } from "./filters.ts";
import type { OverviewReply } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Who is here now, for those who see visits and no reports. */
export function HereNow() {
  const t = useTexts();
  const format = useFormat();
  const seesReports = useMay("reports.read");
  const { data } = useQuery({
    queryKey: ["here-now"],
    queryFn: ({ signal }) => api.get<OverviewReply>("/overview", signal),
    enabled: !seesReports,
    meta: { live: true },
  });
  if (seesReports) return null;
  return (
    <StatTile
      isFirst
      label={t("here-now")}
      figure={data && format.count(data.hereNow.total)}
      hint={t("people")}
      href={linkToVisits({ open: true })}
    />
  );
}
