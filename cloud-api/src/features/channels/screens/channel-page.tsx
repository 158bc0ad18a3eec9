import { Alert, Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { BranchOfPage, NoBranch, useBranchOfPage } from "../../../shell/branch-of-page.tsx";
import type { BranchChoice } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Page } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { ChainSection } from "./chain-section.tsx";
import { MessageList } from "./message-list.tsx";
import { type Chain, useChain, useSenders } from "./replies.ts";
import { SenderList } from "./sender-list.tsx";
import { useTexts } from "./texts.ts";

/** By what a branch's sign-in codes are sent, the senders of the company, and what became of codes. */
export function ChannelPage() {
  const t = useTexts();
  const branch = useBranchOfPage();
  return (
    <Page title={t("title")} summary={t("summary")} actions={<BranchOfPage branch={branch} />}>
      {branch ? <OfBranch branch={branch} /> : <NoBranch hint={t("no-branches-hint")} />}
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
