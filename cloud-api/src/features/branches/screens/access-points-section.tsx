import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { NasDialog } from "./nas-dialog.tsx";
import type { Nas } from "./nas-fields.ts";
import { useSettingsContext } from "./settings-context.ts";
import { useTexts } from "./texts.ts";

/** As GET /api/v1/branches/:id/access-points answers. */
type Heard = { nasId: string; lastGuestAt: string; guestsOnline: number };

/** The access controllers guests come through, and when somebody last came through each. */
export function AccessPointsSection() {
  const t = useTexts();
  const { branchId, document } = useSettingsContext();
  const [opened, setOpened] = useState<Nas | "new" | null>(null);
  const { data: heard } = useQuery({
    queryKey: ["access-points", branchId],
    queryFn: ({ signal }) =>
      api.get<{ accessPoints: Heard[] }>(`/branches/${branchId}/access-points`, signal),
    meta: { live: true },
  });
  const columns = useColumns(heard?.accessPoints, setOpened);
  const add = (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpened("new")}>
      {t("add-nas")}
    </Button>
  );
  return (
    <>
      <Section title={t("nas-list")} hint={t("nas-list-hint")} actions={add} flush>
        {document.nas.length === 0 ? (
          <Empty title={t("no-nas")} hint={t("no-nas-hint")} />
        ) : (
          <RecordTable
            label={t("nas-list")}
            columns={columns}
            rows={document.nas}
            rowKey={(nas) => nas.id}
          />
        )}
      </Section>
      <NasDialog branchId={branchId} opened={opened} close={() => setOpened(null)} />
    </>
  );
}

function useColumns(heard: Heard[] | undefined, open: (nas: Nas) => void): Column<Nas>[] {
  const t = useTexts();
  return [
    {
      key: "name",
      header: t("nas-name"),
      narrow: "title",
      wraps: true,
      render: (nas) => (
        <>
          <b>{nas.name}</b>
          <Text size="xs" className="quiet">
            {nas.kind === "radius"
              ? `RADIUS · ${t(`vendor-${nas.vendor}`)}`
              : nas.kind === "web-login"
                ? t(`web-login-${nas.vendor}`)
                : t(`nas-kind-${nas.kind}`)}
          </Text>
        </>
      ),
    },
    {
      key: "heard",
      header: t("nas-heard"),
      wraps: true,
      render: (nas) => <HeardOf heard={heard} nasId={nas.id} />,
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

function HeardOf({ heard, nasId }: { heard: Heard[] | undefined; nasId: string }) {
  const t = useTexts();
  if (!heard) return "–";
  const found = heard.find((each) => each.nasId === nasId);
  if (!found) return <span className="quiet">{t("nas-never-heard")}</span>;
  return (
    <>
      <Since at={found.lastGuestAt} />
      <Text size="xs" className="quiet">
        {t("nas-guests", { count: found.guestsOnline })}
      </Text>
    </>
  );
}
