import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { Purges, useRemoved } from "./purges.tsx";
import { KEY, PATH, type Purge, type Retention, type Rule } from "./replies.ts";
import { RuleForm } from "./rule-form.tsx";
import { type TextKey, useTexts } from "./texts.ts";

/** How long what is kept, within which bounds, and what was removed last. */
export function RetentionPage() {
  const t = useTexts();
  const mayChange = useMay("retention.edit");
  const [opened, setOpened] = useState<Rule | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<Retention>(PATH, signal),
    meta: { live: true },
  });
  const columns = useColumns(data, mayChange ? setOpened : null);
  return (
    <Page title={t("title")} summary={data && <LastPurge purges={data.purges} />}>
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <>
          <Section title={t("rules")} hint={t(mayChange ? "rules-hint" : "owner-changes")} flush>
            <RecordTable
              label={t("rules")}
              columns={columns}
              rows={data?.rules}
              rowKey={({ kind }) => kind}
            />
          </Section>
          <Section title={t("purges")} hint={t("purges-hint")} flush>
            <Purges purges={data?.purges} />
          </Section>
        </>
      )}
      <Dialog
        opened={opened !== null}
        onClose={() => setOpened(null)}
        title={opened ? t(opened.kind as TextKey) : ""}
      >
        {opened && data && (
          <RuleForm rule={opened} branches={data.branches} close={() => setOpened(null)} />
        )}
      </Dialog>
    </Page>
  );
}

/** The answer before the controls: when it was cleaned up here last, and what went. */
function LastPurge({ purges }: { purges: readonly Purge[] }) {
  const t = useTexts();
  const say = useRemoved();
  const last = purges.find(({ boxId }) => boxId === null);
  if (!last) return <>{t("no-purge-yet")}</>;
  return (
    <>
      {t("last-purge")} <Moment at={last.at} /> · {say(last)}
    </>
  );
}

function useColumns(data: Retention | undefined, edit: ((rule: Rule) => void) | null) {
  const t = useTexts();
  const format = useFormat();
  const columns: Column<Rule>[] = [
    {
      key: "kind",
      header: t("kind"),
      narrow: "title",
      wraps: true,
      render: ({ kind }) => (
        <Stack gap={0}>
          <Text size="sm" fw={600}>
            {t(kind as TextKey)}
          </Text>
          <Text size="xs" className="quiet">
            {t(`${kind}-hint` as TextKey)}
          </Text>
        </Stack>
      ),
    },
    {
      key: "days",
      header: t("kept-for"),
      align: "right",
      narrow: "aside",
      render: ({ days }) => format.days(days),
    },
    {
      key: "bounds",
      header: t("possible"),
      align: "right",
      render: ({ min, max }) => t("from-to", { from: format.count(min), to: format.days(max) }),
    },
    {
      key: "law",
      header: t("law"),
      wraps: true,
      render: (rule) => <Law rule={rule} />,
    },
    {
      key: "branches",
      header: t("own-days"),
      wraps: true,
      render: ({ kind, isOnBoxes }) => {
        if (!isOnBoxes) return <span className="quiet">{t("cloud-only")}</span>;
        const own = (data?.branches ?? []).flatMap(({ name, days }) =>
          days
            .filter((each) => each.kind === kind)
            .map((each) => `${name}: ${format.days(each.days)}`),
        );
        return own.length > 0 ? own.join(", ") : <span className="quiet">{t("none")}</span>;
      },
    },
  ];
  if (!edit) return columns;
  return [
    ...columns,
    {
      key: "edit",
      header: "",
      align: "right" as const,
      render: (rule: Rule) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t("change-kind", { kind: t(rule.kind as TextKey) })}
          onClick={() => edit(rule)}
        >
          {t("change")}
        </Button>
      ),
    },
  ];
}

function Law({ rule }: { rule: Rule }) {
  const t = useTexts();
  const format = useFormat();
  const { lawDaysMin, lawDaysMax, lawNote } = rule;
  const bounds = [
    lawDaysMin !== null && t("law-least", { days: format.days(lawDaysMin) }),
    lawDaysMax !== null && t("law-most", { days: format.days(lawDaysMax) }),
  ].filter((each) => each !== false);
  if (bounds.length === 0 && !lawNote) return <span className="quiet">{t("law-none")}</span>;
  return (
    <Stack gap={0}>
      <Text size="sm">{bounds.join(", ")}</Text>
      {lawNote && (
        <Text size="xs" className="quiet">
          {lawNote}
        </Text>
      )}
    </Stack>
  );
}
