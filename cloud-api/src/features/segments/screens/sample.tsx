import { Anchor, Button, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { formatPhone } from "../../../shell/format.ts";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { Judgement, PreviewReply, Tree } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { Why } from "./why.tsx";
import type { Words } from "./words.ts";

type Member = PreviewReply["sample"][number];
type SampleProps = {
  tree: Tree;
  preview: PreviewReply | undefined;
  error: unknown;
  isFinished: boolean;
  isStale: boolean;
  /** Null: what is on screen is not saved, and no list of customers can be narrowed by it. */
  segmentId: string | null;
  words: Words;
};

/** How many fit the tree as it stands, some of them, and why. */
export function Sample(props: SampleProps) {
  const { tree, preview, error, isFinished, isStale, segmentId, words } = props;
  const t = useTexts();
  const [asked, setAsked] = useState<Member | null>(null);
  const columns = useColumns(setAsked);
  const mayRead = useMay("customers.read");
  const isUnseen = preview !== undefined && preview.total > 0 && preview.sample.length === 0;
  const all = segmentId && mayRead && preview && preview.total > 0 && (
    <Anchor component={Link} href={`/customers?segmentId=${segmentId}`} size="sm">
      {t("see-all")}
    </Anchor>
  );
  return (
    <div style={{ opacity: isStale && isFinished ? 0.6 : 1 }}>
      <Section title={t("sample")} hint={t("sample-hint")} actions={all} flush>
        {!isFinished && (
          <Text size="sm" className="quiet" p="md">
            {t("unfinished")}
          </Text>
        )}
        {isFinished && Boolean(error) && !preview && <Refusal error={error} />}
        {isFinished && preview?.total === 0 && (
          <Empty title={t("nobody")} hint={t("nobody-hint")} />
        )}
        {isFinished && isUnseen && (
          <Text size="sm" className="quiet" p="md">
            {t("sample-unseen")}
          </Text>
        )}
        {isFinished && !error && preview?.total !== 0 && !isUnseen && (
          <RecordTable
            label={t("sample")}
            columns={columns}
            rows={preview?.sample}
            rowKey={(member) => member.id}
          />
        )}
      </Section>
      <Dialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={t("why-name", { name: asked?.name ?? t("no-name") })}
      >
        {asked && <Explanation tree={tree} customerId={asked.id} words={words} />}
      </Dialog>
    </div>
  );
}

type ExplanationProps = { tree: Tree; customerId: string; words: Words };

function Explanation({ tree, customerId, words }: ExplanationProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["segment-explanation", customerId, tree],
    queryFn: () => api.post<Judgement>("/segments/explain", { tree, customerId }),
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  return data ? <Why node={tree} judgement={data} words={words} /> : <Skeleton height={80} />;
}

function useColumns(ask: (member: Member) => void): Column<Member>[] {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  return [
    {
      key: "name",
      header: t("customers"),
      narrow: "title",
      wraps: true,
      render: ({ id, name, phone }) => (
        <>
          <Link href={`/customers/${id}`} className="record-link">
            {name ?? <span className="quiet">{t("no-name")}</span>}
          </Link>
          {phone && (
            <Text size="xs" className="quiet figure">
              {formatPhone(phone)}
            </Text>
          )}
        </>
      ),
    },
    {
      key: "last",
      header: t("last-visit"),
      render: ({ visits, lastVisitAt, sourceBranchId }) => (
        <>
          {lastVisitAt ? (
            <Since at={lastVisitAt} timeZone={zoneOf(sourceBranchId)} />
          ) : (
            <span className="quiet">–</span>
          )}{" "}
          <span className="quiet figure">({format.count(visits)})</span>
        </>
      ),
    },
    {
      key: "why",
      header: "",
      align: "right",
      narrow: "aside",
      render: (member) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => ask(member)}
          aria-label={t("why-name", { name: member.name ?? t("no-name") })}
        >
          {t("why")}
        </Button>
      ),
    },
  ];
}
