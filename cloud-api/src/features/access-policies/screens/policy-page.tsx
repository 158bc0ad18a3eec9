import { Alert, Anchor, Button, Select, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { type BranchChoice, useBranchChoices } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
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
  const branches = useBranchChoices();
  const { parameters, change } = useSearchParameters();
  const chosen = branches.find(({ id }) => id === parameters.get("branchId"));
  const branch = chosen ?? branches[0] ?? null;
  const { data, error, refetch } = usePolicies(branch?.id ?? null);
  const [opened, setOpened] = useState<Policy | "new" | null>(null);
  const actions = branch && (
    <>
      <BranchSelect
        branches={branches}
        branchId={branch.id}
        choose={(branchId) => change({ branchId })}
      />
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
      {!branch && <NoBranch />}
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
