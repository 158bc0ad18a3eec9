import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, NothingHere, Page, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import type { BranchDocument } from "../schema.ts";
import { DetailsSection } from "./details-section.tsx";
import { NasDialog } from "./nas-dialog.tsx";
import type { Nas } from "./nas-fields.ts";
import { useTexts } from "./texts.ts";

/** A branch's settings: the access controllers its guests come through, and what they are asked. */
export function SettingsPage({ params }: ScreenProps) {
  const branchId = params.id ?? "";
  const t = useTexts();
  const branch = useBranchChoices().find((each) => each.id === branchId);
  const [opened, setOpened] = useState<Nas | "new" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["branch-settings", branchId],
    queryFn: ({ signal }) => api.get<BranchDocument>(`/branches/${branchId}/settings`, signal),
  });
  const columns = useColumns(setOpened);
  if (error instanceof ApiError && error.code === "not-found") return <NothingHere />;
  const add = (
    <Button
      size="xs"
      leftSection={<IconPlus size={14} />}
      onClick={() => setOpened("new")}
      disabled={!data}
    >
      {t("add-nas")}
    </Button>
  );
  return (
    <Page
      title={branch ? t("settings-of", { branch: branch.name }) : t("settings")}
      parent={{ path: "/branches", label: t("branches") }}
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Section title={t("nas-list")} hint={t("nas-list-hint")} actions={add} flush>
          {data?.nas.length === 0 ? (
            <Empty title={t("no-nas")} hint={t("no-nas-hint")} />
          ) : (
            <RecordTable
              label={t("nas-list")}
              columns={columns}
              rows={data?.nas}
              rowKey={(nas) => nas.id}
            />
          )}
        </Section>
      )}
      {data && <DetailsSection branchId={branchId} document={data} />}
      <NasDialog branchId={branchId} opened={opened} close={() => setOpened(null)} />
    </Page>
  );
}

function useColumns(open: (nas: Nas) => void): Column<Nas>[] {
  const t = useTexts();
  return [
    {
      key: "name",
      header: t("nas-name"),
      narrow: "title",
      wraps: true,
      render: (nas) => <b>{nas.name}</b>,
    },
    {
      key: "kind",
      header: t("nas-kind"),
      render: (nas) =>
        nas.kind === "radius"
          ? `RADIUS · ${t(`vendor-${nas.vendor}`)}`
          : nas.kind === "web-login"
            ? t(`web-login-${nas.vendor}`)
            : t(`nas-kind-${nas.kind}`),
    },
    {
      key: "source",
      header: t("nas-source"),
      wraps: true,
      render: (nas) => <span className="figure">{nas.source || "–"}</span>,
    },
    {
      key: "address",
      header: t("nas-address"),
      wraps: true,
      render: (nas) => (
        <span className="figure">
          {"loginOrigins" in nas && nas.loginOrigins.join(", ")}
          {"controllerUrl" in nas && nas.controllerUrl}
          {"portalOrigin" in nas && nas.portalOrigin}
        </span>
      ),
    },
    {
      key: "change",
      header: "",
      align: "right",
      narrow: "aside",
      render: (nas) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t("edit-name", { name: nas.name })}
          onClick={() => open(nas)}
        >
          {t("change")}
        </Button>
      ),
    },
  ];
}
