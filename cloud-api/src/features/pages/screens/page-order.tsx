import "./order.css";
import { ActionIcon, Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api } from "../../../shell/api.ts";
import { BranchOfPage, NoBranch, useBranchOfPage } from "../../../shell/branch-of-page.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useMay } from "../../../shell/session.tsx";
import type { BranchPagesReply, PageReply } from "../schema.ts";
import { moveItem } from "./lists.ts";
import { PageCalendar } from "./page-calendar.tsx";
import { PageTry } from "./page-try.tsx";
import { useTexts } from "./texts.ts";
import { useMarkNames } from "./use-mark-names.ts";
import { pageKey } from "./use-page.ts";
import { sayWhen } from "./when-words.ts";

const orderKey = (branchId: string) => ["branch-pages", branchId];

/** Which page shows when at a branch, read as sentences in order, and a way to try it. */
export function PageOrder(_: ScreenProps) {
  const t = useTexts();
  const branch = useBranchOfPage();
  return (
    <Page
      title={t("order")}
      summary={t("order-summary")}
      actions={<BranchOfPage branch={branch} />}
    >
      {branch ? (
        <Order key={branch.id} branchId={branch.id} />
      ) : (
        <NoBranch hint={t("order-no-branches-hint")} />
      )}
    </Page>
  );
}

function Order({ branchId }: { branchId: string }) {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: orderKey(branchId),
    queryFn: ({ signal }) => api.get<BranchPagesReply>(`/branches/${branchId}/pages`, signal),
    meta: { live: true },
  });
  const sort = useSort(branchId, data);
  const mayEdit = useMay("pages.edit");
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton height={320} radius="lg" aria-busy="true" />;
  const ids = data.pages.map(({ id }) => id);
  return (
    <Stack gap="md">
      <div className="page-order">
        <Section title={t("pages")}>
          <Refusal error={sort.error} />
          {data.pages.length === 0 && <Empty title={t("order-none")} hint={t("order-none-hint")} />}
          <ol className="page-rules" aria-label={t("order")} aria-busy={sort.isPending}>
            {data.pages.map((page, index) => (
              <RuleRow
                key={page.id}
                {...{ branchId, page, index, mayEdit }}
                all={data}
                move={(to) => sort.mutate(moveItem(ids, index, to))}
              />
            ))}
          </ol>
          <Text size="sm" className="quiet" mt="xs">
            {t("order-else")}
          </Text>
        </Section>
        <PageTry branchId={branchId} timeZone={data.timeZone} />
      </div>
      <PageCalendar branchId={branchId} pages={data.pages} timeZone={data.timeZone} />
    </Stack>
  );
}

function useSort(branchId: string, shown: BranchPagesReply | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (pageIds: string[]) =>
      api.put<BranchPagesReply>(`/branches/${branchId}/pages`, {
        ...{ version: shown?.version, pageIds },
      }),
    onSuccess: (reply) => queries.setQueryData(orderKey(branchId), reply),
    onError: () => queries.invalidateQueries({ queryKey: orderKey(branchId) }),
  });
}

type RuleRowProps = {
  branchId: string;
  page: BranchPagesReply["pages"][number];
  index: number;
  all: BranchPagesReply;
  mayEdit: boolean;
  move: (to: number) => void;
};

function RuleRow({ branchId, page, index, all, mayEdit, move }: RuleRowProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const nameMark = useMarkNames();
  const name = page.name.trim() || t("nameless");
  return (
    <li className="page-rule">
      <Text className="figure page-rule-number" aria-hidden>
        {index + 1}
      </Text>
      <div className="page-rule-words">
        {page.isKept ? (
          <Text component={Link} href={`/pages/${page.id}`} fw={600} className="record-link">
            {name}
          </Text>
        ) : (
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            {mayEdit && <KeepButton branchId={branchId} pageId={page.id} />}
          </Group>
        )}
        <Text size="sm" className="quiet">
          {sayWhen(page.when, { t, language, nameMark })}
        </Text>
        <Warnings page={page} all={all} />
      </div>
      {mayEdit && (
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === 0}
            onClick={() => move(index - 1)}
            aria-label={t("move-up", { what: name })}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === all.pages.length - 1}
            onClick={() => move(index + 1)}
            aria-label={t("move-down", { what: name })}
          >
            <IconArrowDown size={16} />
          </ActionIcon>
        </Group>
      )}
    </li>
  );
}

/** What keeps guests from a page, as far as that can be told without knowing them. */
function Warnings({ page, all }: Pick<RuleRowProps, "page" | "all">) {
  const t = useTexts();
  const { language } = useLanguage();
  const nameOf = (id: string) => `“${all.pages.find((each) => each.id === id)?.name ?? ""}”`;
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  return all.warnings
    .filter(({ pageId }) => pageId === page.id)
    .map((warning) => (
      <Alert
        key={warning.kind}
        color="yellow"
        variant="light"
        py={6}
        mt={6}
        icon={<IconAlertTriangle size={16} />}
      >
        {warning.kind === "never-reached"
          ? t("warn-never-reached", { pages: list.format(warning.hiddenBy.map(nameOf)) })
          : warning.kind === "over"
            ? t("warn-over", { day: warning.since })
            : t("warn-fits-nobody")}
      </Alert>
    ));
}

/** Takes a page out of the branch's settings into the editor, as it is. */
function KeepButton({ branchId, pageId }: { branchId: string; pageId: string }) {
  const t = useTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const keep = useMutation({
    mutationFn: () => api.post<PageReply>(`/branches/${branchId}/pages/${pageId}/keep`),
    onSuccess: (reply) => {
      queries.setQueryData(pageKey(reply.id), reply);
      void queries.invalidateQueries({ queryKey: orderKey(branchId) });
      navigate(`/pages/${reply.id}`);
    },
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      onClick={() => keep.mutate()}
      loading={keep.isPending}
      title={t("order-kept-hint")}
    >
      {t("order-kept")}
    </Button>
  );
}
