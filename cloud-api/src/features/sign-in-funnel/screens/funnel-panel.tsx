import { Group, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { useReportFilters } from "../../../shell/use-report-filters.ts";
import { findLargestLoss, readFunnel, shareOnline } from "../rules.ts";
import type { FunnelReply } from "../schema.ts";
import { FunnelSteps } from "./funnel-steps.tsx";
import { FunnelTable } from "./funnel-table.tsx";
import { useTexts } from "./texts.ts";
import "./funnel.css";

const WHO = [
  ...(["segmentId", "tagId", "languages"] as const),
  ...(["devices", "systems", "forms", "methods"] as const),
];

/** On the overview: how far guests came with signing in, and where they fell out. */
export function FunnelPanel() {
  const t = useTexts();
  const shell = useShellTexts();
  const format = useFormat();
  const mayRead = useMay("reports.read");
  const [form, setForm] = useState("chart");
  const { days, query, zone, written, parameters } = useReportFilters();
  const { brandId = null, branchIds = null, branchKind = null } = query;
  const { hours = null, weekdays = null } = query;
  const narrowed = { brandId, branchIds, branchKind, hours, weekdays };
  const asked = { ...days, ...narrowed };
  const { period = null, from = null, to = null } = written;
  const kept = withQuery("/sign-in-funnel", { period, from, to, ...narrowed });
  const isAtWall = parameters.get("look") === "wall";
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ["sign-in-funnel", asked],
    queryFn: ({ signal }) => api.get<FunnelReply>(withQuery("/sign-in-funnel", asked), signal),
    enabled: mayRead,
    placeholderData: (before) => before,
    meta: { live: true },
  });
  if (!mayRead) return null;
  if (error && !data) return <Failure error={error} retry={refetch} />;
  const steps = data && readFunnel(data.now.counts);
  const worst = steps && findLargestLoss(steps);
  const share = data ? shareOnline(data.now.counts) : null;
  return (
    <Section
      title={t("title")}
      hint={
        share === null
          ? t("unit")
          : worst
            ? t("summary", { share: format.share(share), step: t(`lost-${worst}`) })
            : t("summary-all", { share: format.share(share) })
      }
      actions={
        <Group gap="sm">
          <SegmentedControl
            size="xs"
            aria-label={shell("shown-as")}
            value={form}
            onChange={setForm}
            data={[
              { value: "chart", label: shell("chart") },
              { value: "table", label: shell("table") },
            ]}
          />
          {!isAtWall && <Panels place="report" id={kept} />}
        </Group>
      }
    >
      {!steps && <Skeleton height={180} radius="md" aria-busy="true" />}
      {data && steps && (
        <div style={{ opacity: isPlaceholderData ? 0.55 : 1 }}>
          {share === null && <Empty title={t("nobody")} hint={t("nobody-hint")} />}
          {share !== null && form === "chart" && <FunnelSteps steps={steps} />}
          {share !== null && form === "table" && <FunnelTable reply={data} />}
        </div>
      )}
      {WHO.some((name) => query[name]) && (
        <Text size="xs" className="quiet" mt="xs">
          {t("of-everybody")}
        </Text>
      )}
      <Text size="xs" className="quiet" mt="xs">
        {data ? t("source", { time: format.clock(data.asOf, zone) }) : ""}
      </Text>
    </Section>
  );
}
