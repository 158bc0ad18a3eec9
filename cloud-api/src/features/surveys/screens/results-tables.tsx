import { Anchor } from "@mantine/core";
import { Link } from "wouter";
import { useBranchChoices } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { chooseWords, NO_SALE_TYPE } from "../rules.ts";
import type { Filters, Results } from "./replies.ts";
import { type LinkTo, useAverage, useShare } from "./results-summary.tsx";
import { useTexts } from "./texts.ts";

type TableProps = { results: Results; linkTo: LinkTo };
type Summed = Pick<Results, "answers" | "rated" | "satisfied" | "unsatisfied" | "average">;
type BranchResult = Results["branches"][number];
type SaleTypeResult = Results["saleTypes"][number];

/** What answers come to, each number with its way to those behind it. */
function useSummedColumns<Row extends Summed>(
  linkOf: (row: Row, more?: Partial<Filters>) => string,
): Column<Row>[] {
  const t = useTexts();
  const format = useFormat();
  const share = useShare();
  const average = useAverage();
  return [
    {
      ...{ key: "score", header: t("score"), align: "right", narrow: "aside" },
      render: (row) => average(row.average),
    },
    {
      ...{ key: "satisfied", header: t("satisfied"), align: "right" },
      render: ({ satisfied, rated }) => share(satisfied, rated),
    },
    {
      ...{ key: "unsatisfied", header: t("unsatisfied"), align: "right" },
      render: (row) => (
        <Anchor component={Link} href={linkOf(row, { satisfaction: "unsatisfied" })} inherit>
          {share(row.unsatisfied, row.rated)} ({format.count(row.unsatisfied)})
        </Anchor>
      ),
    },
    {
      ...{ key: "answers", header: t("answers"), align: "right" },
      render: ({ answers }) => format.count(answers),
    },
  ];
}

const bestFirst = <Row extends Summed>(rows: readonly Row[]) =>
  rows.toSorted((one, other) => (other.average ?? 0) - (one.average ?? 0));

/** Branches side by side, the best first. Hidden from a company with a single one. */
export function ByBranch({ results, linkTo }: TableProps) {
  const t = useTexts();
  const share = useShare();
  const names = new Map(useBranchChoices().map(({ id, name }) => [id, name]));
  const summed = useSummedColumns<BranchResult>(({ branchId }, more) =>
    linkTo({ branchId, ...more }),
  );
  if (names.size < 2) return null;
  const columns: Column<BranchResult>[] = [
    {
      ...{ key: "branch", header: t("branch"), narrow: "title", wraps: true },
      render: ({ branchId }) => (
        <Link href={linkTo({ branchId })} className="record-link">
          {names.get(branchId) ?? t("branch-gone")}
        </Link>
      ),
    },
    ...summed,
    {
      ...{ key: "participation", header: t("participation"), align: "right" },
      render: ({ takingPart }) =>
        takingPart ? share(takingPart.answered, takingPart.visitors) : "–",
    },
  ];
  return (
    <Section title={t("by-branch")} flush>
      <RecordTable
        label={t("by-branch")}
        columns={columns}
        rows={bestFirst(results.branches)}
        rowKey={({ branchId }) => branchId}
      />
    </Section>
  );
}

/** The hall, what is taken away, what is delivered … side by side, the best first. */
export function BySaleType({ results, linkTo }: TableProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const asFilter = ({ saleTypeId }: SaleTypeResult) => ({ saleTypeId: saleTypeId ?? NO_SALE_TYPE });
  const summed = useSummedColumns<SaleTypeResult>((row, more) =>
    linkTo({ ...asFilter(row), ...more }),
  );
  if (results.saleTypes.length === 0) return null;
  const columns: Column<SaleTypeResult>[] = [
    {
      ...{ key: "sale-type", header: t("sale-type"), narrow: "title", wraps: true },
      render: (row) => (
        <Link href={linkTo(asFilter(row))} className="record-link">
          {row.name ? chooseWords(row.name, language) : t("sale-type-unsaid")}
        </Link>
      ),
    },
    ...summed,
  ];
  return (
    <Section title={t("by-sale-type")} flush>
      <RecordTable
        label={t("by-sale-type")}
        columns={columns}
        rows={bestFirst(results.saleTypes)}
        rowKey={({ saleTypeId }) => saleTypeId ?? NO_SALE_TYPE}
      />
    </Section>
  );
}
