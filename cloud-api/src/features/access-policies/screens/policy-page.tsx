import { Alert, Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { BranchOfPage, NoBranch, useBranchOfPage } from "../../../shell/branch-of-page.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Page } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { fitsEverybody } from "../rules.ts";
import type { PoliciesReply, Policy } from "../schema.ts";
import { PolicyDialog } from "./policy-dialog.tsx";
import { PolicyList } from "./policy-list.tsx";
import { usePolicies, useSavePolicies } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Who may go online at a branch, for how long and how fast, in the order it is tried. */
export function PolicyPage() {
  const t = useTexts();
  const mayChange = useMay("access-policies.edit");
  const branch = useBranchOfPage();
  const { data, error, refetch } = usePolicies(branch?.id ?? null);
  const [opened, setOpened] = useState<Policy | "new" | null>(null);
  const actions = branch && (
    <>
      <BranchOfPage branch={branch} />
      {mayChange && (
        <Button
          leftSection={<IconPlus size={16} />}
          onClick={() => setOpened("new")}
          disabled={!data}
          style={{ flexShrink: 0 }}
        >
          {t("add")}
        </Button>
      )}
    </>
  );
  return (
    <Page title={t("title")} summary={branch && t("summary")} actions={actions}>
      {!branch && <NoBranch hint={t("no-branches-hint")} />}
      {branch && error && !data && <Failure error={error} retry={refetch} />}
      {branch && !error && !data && <Skeleton height={160} radius="lg" />}
      {branch && data && <Policies branchId={branch.id} shown={data} open={setOpened} />}
      {branch && data && (
        <PolicyDialog
          branchId={branch.id}
          shown={data}
          opened={opened}
          close={() => setOpened(null)}
        />
      )}
    </Page>
  );
}

type PoliciesProps = {
  branchId: string;
  shown: PoliciesReply;
  open: (policy: Policy) => void;
};

function Policies({ branchId, shown, open }: PoliciesProps) {
  const t = useTexts();
  const move = useSavePolicies(branchId, () => {});
  return (
    <>
      {!shown.policies.some(fitsEverybody) && (
        <Alert
          color="orange"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title={t("not-everybody")}
        >
          {t("not-everybody-hint")}
        </Alert>
      )}
      <Refusal error={move.error} />
      <PolicyList
        shown={shown}
        open={open}
        isMoving={move.isPending}
        change={(edit) => move.mutate({ shown, edit })}
      />
    </>
  );
}
