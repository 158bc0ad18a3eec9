import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Section } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { linkToVisits, readPlaces, writePlaces } from "./filters.ts";
import type { Visit } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { VisitTable } from "./visit-table.tsx";

const VISITS_SHOWN = "8";

/** Who came last: a guest who goes online is at the top of it within two seconds. */
export function LatestVisits() {
  const t = useTexts();
  const { parameters } = useSearchParameters();
  const places = readPlaces(parameters);
  const asked = writePlaces(places);
  const { data, error, refetch } = useQuery({
    queryKey: ["latest-visits", asked],
    queryFn: ({ signal }) =>
      api.get<{ visits: Visit[] }>(withQuery("/visits", { ...asked, limit: VISITS_SHOWN }), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  return (
    <Section
      title={t("latest-visits")}
      flush
      actions={
        <Anchor component={Link} href={linkToVisits(places)} size="sm">
          {t("all-visits")}
        </Anchor>
      }
    >
      <VisitTable rows={data?.visits} without={["device", "online", "traffic"]} />
    </Section>
  );
}
