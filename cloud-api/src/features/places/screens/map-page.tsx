import { Box, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { fitView, readPoint } from "../../../shell/map-view.ts";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { type MapMark, PlaceMap } from "../../../shell/place-map.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { boundsOf, densityOf, middleOf } from "../rules.ts";
import type { BranchPlacesReply, DensityReply } from "../schema.ts";
import { AreaTable } from "./area-table.tsx";
import { BranchPlaces } from "./branch-places.tsx";
import { opacityOf, SquaresOnMap } from "./squares.tsx";
import { useTexts } from "./texts.ts";

/** So much is seen around a single area. */
const METRES_AROUND = 6000;

/** Where customers live, by areas that show no single home. */
export function MapPage() {
  const t = useTexts();
  const format = useFormat();
  const density = useQuery({
    queryKey: ["customer-places"],
    queryFn: ({ signal }) => api.get<DensityReply>("/customer-places", signal),
  });
  const places = useQuery({
    queryKey: ["branch-places"],
    queryFn: ({ signal }) => api.get<BranchPlacesReply>("/branch-places", signal),
    select: ({ places: all }) => all,
  });
  const { data } = density;
  const error = density.error ?? places.error;
  const retry = () => {
    void density.refetch();
    void places.refetch();
  };
  const counted = data && {
    placed: format.count(data.placed),
    total: format.count(data.total),
  };
  const marks = (places.data ?? []).flatMap(({ name, place }) => {
    const point = readPoint(place);
    return point ? [{ name, point }] : [];
  });
  return (
    <Page title={t("title")} summary={counted && t("summary", counted)}>
      {error && (!data || !places.data) && <Failure error={error} retry={retry} />}
      {data && places.data && (
        <>
          <Density density={data} marks={marks} />
          {data.groups.length > 0 && <AreaTable groups={data.groups} marks={marks} />}
          <BranchPlaces places={places.data} />
        </>
      )}
    </Page>
  );
}

function Density({ density, marks }: { density: DensityReply; marks: readonly MapMark[] }) {
  const t = useTexts();
  const { groups, homesFewest, elsewhere, placed } = density;
  const bounds = boundsOf(Math.max(0, ...groups.map(densityOf)));
  const points = [...groups.map(middleOf), ...marks.map(({ point }) => point)];
  const view = fitView(points, METRES_AROUND);
  return (
    <Section title={t("density")} hint={t("density-hint", { count: homesFewest })}>
      {placed === 0 || !view ? (
        <Empty title={t("nobody")} hint={t("nobody-hint")} />
      ) : (
        <Stack gap="xs">
          <PlaceMap key={JSON.stringify(view)} label={t("map")} view={view} marks={marks}>
            {(shown) => <SquaresOnMap groups={groups} bounds={bounds} view={shown} />}
          </PlaceMap>
          {groups.length > 0 && <Legend bounds={bounds} />}
          {elsewhere > 0 && (
            <Text size="sm" className="quiet">
              {t("elsewhere", { count: elsewhere })}
            </Text>
          )}
        </Stack>
      )}
    </Section>
  );
}

const TENTHS = 10;

function Legend({ bounds }: { bounds: readonly number[] }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <Group gap="md" component="dl" m={0}>
      <Text component="dt" size="sm" className="quiet">
        {t("legend")}
      </Text>
      {bounds.map((bound, shade) => (
        <Group key={bound} component="dd" m={0} gap={6} wrap="nowrap">
          <Box className="legend-mark map-legend" style={{ opacity: opacityOf(shade) }} />
          <Text size="sm" className="figure">
            {t("up-to", { count: format.count(Math.ceil(bound * TENTHS) / TENTHS) })}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
