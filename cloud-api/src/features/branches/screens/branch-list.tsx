import { Box, Button, Group, Select, Skeleton, Stack } from "@mantine/core";
import { IconPlus, IconWorldShare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { BRANCH_KINDS, useBranchKindName } from "../../../shell/branch-kinds.ts";
import { useSortByName } from "../../../shell/branches.ts";
import { useNow } from "../../../shell/clock.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { findBoxState } from "./box-state.ts";
import { BranchCard } from "./branch-card.tsx";
import { BranchForm } from "./branch-form.tsx";
import type { Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

const HEARD_AGAIN_MS = 15_000;

/** The branches with their boxes, and when each was last heard. */
export function BranchList() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const { data, error, refetch } = useQuery({
    queryKey: ["branches"],
    queryFn: ({ signal }) => api.get<{ branches: Branch[] }>("/branches", signal),
    // A contact that brings no event does not move the log.
    refetchInterval: HEARD_AGAIN_MS,
    meta: { live: true },
  });
  const sort = useSortByName();
  const all = data && sort(data.branches);
  const { branches, filter } = useOfKind(all);
  const mayChange = useMayEverywhere("branches.edit");
  const toDestinations = (
    <Button
      variant="default"
      component={Link}
      href="/destinations"
      leftSection={<IconWorldShare size={16} />}
    >
      {t("destinations")}
    </Button>
  );
  const isAdding = mayChange && parameters.get("add") === "branch";
  // Of whatever kind it turns out to be, it is to be seen.
  const open = () => change({ add: "branch", kind: null });
  const add = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t("add-branch")}
    </Button>
  );
  return (
    <Page
      title={t("branches")}
      summary={branches && <Summary branches={branches} />}
      actions={
        all &&
        all.length > 0 && (
          <Group gap="sm">
            {toDestinations}
            {add}
          </Group>
        )
      }
    >
      <BranchForm isOpen={isAdding} close={() => change({ add: null })} />
      {error && !all && <Failure error={error} retry={refetch} />}
      {!error && !all && (
        <Stack aria-busy="true">
          <Skeleton height={140} radius="lg" />
          <Skeleton height={140} radius="lg" />
        </Stack>
      )}
      {filter}
      {all?.length === 0 && (
        <Box className="surface">
          <Empty title={t("no-branches")} hint={t("no-branches-hint")} action={add} />
        </Box>
      )}
      {branches?.map((branch) => (
        <BranchCard key={branch.id} branch={branch} />
      ))}
    </Page>
  );
}

const UNSAID = "unsaid";
const KINDS = [...BRANCH_KINDS, UNSAID] as const;

/** Those of the kind that the address asks for, and how to choose another where there are several kinds. */
function useOfKind(all: Branch[] | undefined) {
  const t = useTexts();
  const nameKind = useBranchKindName();
  const { parameters, change } = useSearchParameters();
  const kindOf = ({ kind }: Branch) => kind ?? UNSAID;
  const there = new Set(all?.map(kindOf));
  const kinds = KINDS.filter((kind) => there.has(kind));
  const asked = kinds.find((kind) => kind === parameters.get("kind")) ?? null;
  const branches = asked === null ? all : all?.filter((branch) => kindOf(branch) === asked);
  const filter = kinds.length > 1 && (
    <Select
      aria-label={t("only-kind")}
      placeholder={t("all-kinds")}
      data={kinds.map((value) => ({
        ...{ value, label: value === UNSAID ? t("kind-unsaid") : nameKind(value) },
      }))}
      value={asked}
      onChange={(kind) => change({ kind })}
      clearable
      w={{ base: "100%", xs: 240 }}
    />
  );
  return { branches, filter };
}

/** The answer first: whether every box is heard. */
function Summary({ branches }: { branches: Branch[] }) {
  const t = useTexts();
  const now = useNow();
  const boxes = branches.flatMap((branch) => branch.boxes);
  const online = boxes.filter((box) => findBoxState(box, now) === "online").length;
  const counted = t("branches-counted", { count: branches.length });
  if (boxes.length === 0) return counted;
  return `${counted} · ${t("boxes-online", { online, count: boxes.length })}`;
}
