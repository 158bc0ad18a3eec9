import { SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { BranchOfPage, NoBranch, useBranchOfPage } from "../../../shell/branch-of-page.tsx";
import { Page } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { AccessPointsView } from "./access-points-view.tsx";
import { DevicesView } from "./devices-view.tsx";
import { OnlineView } from "./online-view.tsx";
import { useTexts } from "./texts.ts";
import { TraceView } from "./trace-view.tsx";

const VIEWS = ["online", "devices", "trace", "access-points"] as const;

/** IT's view of one branch: who is on, which devices are kept out, and why a phone could not get on. */
export function DeskPage() {
  const t = useTexts();
  const branch = useBranchOfPage();
  const mayTrace = useMay("wifi.trace");
  const { parameters, change } = useSearchParameters();
  const isNarrow = useMediaQuery("(max-width: 47.99em)");
  const views = VIEWS.filter((each) => each !== "trace" || mayTrace);
  const view = views.find((each) => each === parameters.get("view")) ?? "online";
  return (
    <Page
      title={t("title")}
      summary={branch?.name}
      actions={<BranchOfPage branch={branch} also={{ of: null }} />}
    >
      <Stack gap="lg">
        <SegmentedControl
          aria-label={t("views")}
          data={views.map((each) => ({ value: each, label: t(`view-${each}`) }))}
          value={view}
          onChange={(chosen) => change({ view: chosen, of: null })}
          orientation={isNarrow ? "vertical" : "horizontal"}
          fullWidth={isNarrow ?? false}
          style={{ alignSelf: isNarrow ? "stretch" : "flex-start" }}
        />
        {branch ? (
          <View key={`${branch.id} ${view}`} view={view} branch={branch} />
        ) : (
          <NoBranch hint={t("no-branches-hint")} />
        )}
      </Stack>
    </Page>
  );
}

export type DeskBranch = { id: string; name: string; timeZone: string };

function View({ view, branch }: { view: (typeof VIEWS)[number]; branch: DeskBranch }) {
  switch (view) {
    case "online":
      return <OnlineView branch={branch} />;
    case "devices":
      return <DevicesView branch={branch} />;
    case "trace":
      return <TraceView branch={branch} />;
    case "access-points":
      return <AccessPointsView branch={branch} />;
    default:
      return <Skeleton h={200} />;
  }
}
