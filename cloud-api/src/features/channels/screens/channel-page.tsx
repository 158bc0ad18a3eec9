import { Alert, Anchor, Select, Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "wouter";
import { type BranchChoice, useBranchChoices } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { ChainSection } from "./chain-section.tsx";
import { MessageList } from "./message-list.tsx";
import { type Chain, useChain, useSenders } from "./replies.ts";
import { SenderList } from "./sender-list.tsx";
import { useTexts } from "./texts.ts";

/** By what a branch's sign-in codes are sent, the senders of the company, and what became of codes. */
export function ChannelPage() {
  const t = useTexts();
  const branches = useBranchChoices();
  const { parameters, change } = useSearchParameters();
  const chosen = branches.find(({ id }) => id === parameters.get("branchId"));
  const branch = chosen ?? branches[0] ?? null;
  return (
    <Page
      title={t("title")}
      summary={t("summary")}
      actions={
        branch && (
          <BranchSelect
            branches={branches}
            branchId={branch.id}
            choose={(branchId) => change({ branchId })}
          />
        )
      }
    >
      {branch ? <OfBranch branch={branch} /> : <NoBranch />}
      <SenderList />
      {branch && <MessageList branch={branch} />}
    </Page>
  );
}

function OfBranch({ branch }: { branch: BranchChoice }) {
  const chain = useChain(branch.id);
  const senders = useSenders();
  const failed = chain.error ?? senders.error;
  if (failed && !(chain.data && senders.data))
    return (
      <Failure
        error={failed}
        retry={() => {
          void chain.refetch();
          void senders.refetch();
        }}
      />
    );
  if (!chain.data || !senders.data) return <Skeleton height={220} radius="lg" />;
  return (
    <>
      <BudgetAlarm chain={chain.data} timeZone={branch.timeZone} />
      <ChainSection key={branch.id} branch={branch} chain={chain.data} senders={senders.data} />
    </>
  );
}

function BudgetAlarm({ chain, timeZone }: { chain: Chain; timeZone: string }) {
  const t = useTexts();
  const format = useFormat();
  const { refusedAt } = chain.today;
  if (refusedAt === null) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t("budget-reached", { time: format.clock(refusedAt, timeZone) })}
    >
      {t("budget-reached-hint")}
    </Alert>
  );
}

type BranchSelectProps = {
  branches: readonly BranchChoice[];
  branchId: string;
  choose: (branchId: string) => void;
};

/** Hidden from a company with a single branch, which has no choice. */
function BranchSelect({ branches, branchId, choose }: BranchSelectProps) {
  const t = useTexts();
  if (branches.length < 2) return null;
  return (
    <Select
      aria-label={t("branch")}
      data={branches.map(({ id, name }) => ({ value: id, label: name }))}
      value={branchId}
      onChange={(value) => value && choose(value)}
      allowDeselect={false}
      searchable={branches.length > 8}
      flex={{ base: "1 1 auto", xs: "none" }}
      miw={0}
      w={{ xs: 210 }}
    />
  );
}

function NoBranch() {
  const t = useTexts();
  return (
    <Empty
      title={t("no-branches")}
      hint={t("no-branches-hint")}
      action={
        <Anchor component={Link} href="/branches" size="sm">
          {t("to-branches")}
        </Anchor>
      }
    />
  );
}
