import { Badge, Box, Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { chooseWords } from "../rules.ts";
import { GivenFor } from "./given-for.tsx";
import { KindDialog } from "./kind-form.tsx";
import { type Kind, useKinds } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** What coupons there are, what they are given for, and what became of them. */
export function KindList() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const { data, error, refetch } = useKinds();
  const columns = useColumns();
  const kinds = data?.kinds;
  const add = useMayEverywhere("coupons.edit") && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: "coupon" })}>
      {t("new-coupon")}
    </Button>
  );
  const issued = kinds?.reduce((sum, kind) => sum + kind.issued, 0) ?? 0;
  const redeemed = kinds?.reduce((sum, kind) => sum + kind.redeemed, 0) ?? 0;
  return (
    <Page
      title={t("coupons")}
      summary={
        kinds &&
        `${t("issued-counted", { count: issued })} · ${t("used-counted", { count: redeemed })}`
      }
      actions={kinds && kinds.length > 0 && add}
    >
      <KindDialog
        isOpen={parameters.get("add") === "coupon"}
        close={() => change({ add: null })}
        kind={null}
      />
      {error && !kinds ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {kinds?.length === 0 ? (
            <Empty title={t("no-coupons")} hint={t("no-coupons-hint")} action={add} />
          ) : (
            <RecordTable
              label={t("coupons")}
              columns={columns}
              rows={kinds}
              rowKey={(kind) => kind.id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function useColumns(): Column<Kind>[] {
  const t = useTexts();
  const format = useFormat();
  const { language } = useLanguage();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  return [
    {
      key: "name",
      header: t("coupon"),
      narrow: "title",
      wraps: true,
      render: (kind) => (
        <>
          <Link href={`/coupons/${kind.id}`} className="record-link">
            {chooseWords(kind.offer, language)}
          </Link>
          <Box className="quiet" fz="sm">
            {chooseWords(kind.name, language)}
          </Box>
        </>
      ),
    },
    { key: "for", header: t("given-for"), wraps: true, render: (kind) => <GivenFor kind={kind} /> },
    {
      key: "places",
      header: t("taken-at"),
      wraps: true,
      render: ({ branchIds }) =>
        branchIds.length === 0
          ? t("all-branches")
          : branchIds.map((id) => names.get(id) ?? t("other-branch-name")).join(", "),
    },
    {
      key: "days",
      header: t("good-for"),
      align: "right",
      render: ({ validDays }) => format.days(validDays),
    },
    {
      key: "issued",
      header: t("issued"),
      align: "right",
      render: ({ id, issued }) => (
        <Link href={`/coupons/${id}`} className="record-link">
          {format.count(issued)}
        </Link>
      ),
    },
    {
      key: "used",
      header: t("used"),
      align: "right",
      render: ({ id, redeemed }) => (
        <Link href={`/coupons/${id}?state=used`} className="record-link">
          {format.count(redeemed)}
        </Link>
      ),
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      render: ({ archivedAt }) =>
        archivedAt === null ? (
          <Badge variant="light" color="teal" c="light-dark(#065f46, #7ee2c0)">
            {t("is-given")}
          </Badge>
        ) : (
          <Badge variant="light" color="gray" c="light-dark(#3b4644, #c4cdcc)">
            {t("has-ended")}
          </Badge>
        ),
    },
  ];
}
