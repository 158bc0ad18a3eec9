import {
  Alert,
  Button,
  Checkbox,
  Group,
  Radio,
  ScrollArea,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useBranchChoices, useSortByName } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { toPlain } from "../../../shell/plain-text.ts";
import type { PageReply, PublishBody, Target } from "../schema.ts";
import { type DeskProps, usePuckStore } from "./puck-store.ts";
import { readRefusal, type Said } from "./refusal-words.ts";
import { useTexts } from "./texts.ts";
import { pageKey } from "./use-page.ts";

type PublishDialogProps = DeskProps & { isOpen: boolean; close: () => void };

/** Where and when guests are to see the page. */
export function PublishDialog({ isOpen, close, ...desk }: PublishDialogProps) {
  const t = useTexts();
  return (
    <Dialog opened={isOpen} onClose={close} title={t("publish-title")} size="md">
      {isOpen && <PublishForm {...desk} close={close} />}
    </Dialog>
  );
}

type Brand = { id: string; name: string };

/** The branches that this page may stand on. */
function useTargets(page: PageReply) {
  const sort = useSortByName();
  const branches = useBranchChoices();
  const { data } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<{ brands: Brand[] }>("/tenant", signal),
    retry: false,
  });
  const fitting = branches.filter(
    ({ id, brandId }) =>
      (page.branchId === null || page.branchId === id) &&
      (page.brandId === null || page.brandId === brandId),
  );
  const brands = (data?.brands ?? []).filter(({ id }) =>
    fitting.some(({ brandId }) => brandId === id),
  );
  return { branches: fitting, brands: sort(brands) };
}

function PublishForm(props: DeskProps & { close: () => void }) {
  const { page, draft, mayEdit, close } = props;
  const t = useTexts();
  const shell = useShellTexts();
  const { branches, brands } = useTargets(page);
  const { version } = page;
  // Where it stands and may stand no more, such as on a branch of another brand by now, it is left alone.
  const standing = page.places
    .map(({ branchId }) => branchId)
    .filter((id) => branches.some((branch) => branch.id === id));
  const [kind, setKind] = useState<Target["kind"]>(standing.length > 0 ? "branches" : "all");
  const [brandId, setBrandId] = useState<string | null>(brands[0]?.id ?? null);
  const [branchIds, setBranchIds] = useState<string[]>(standing);
  const [isLater, setLater] = useState(false);
  const [at, setAt] = useState("");
  const publish = usePublish(props);
  const target = (): Target | null => {
    if (kind === "all") return { kind };
    if (kind === "brand") return brandId === null ? null : { kind, brandId };
    return branchIds.length === 0 ? null : { kind, branchIds };
  };
  const to = target();
  const canSend = to !== null && (!isLater || at !== "") && draft.state !== "clash";
  const send = () => to && publish.mutate({ to, ...(isLater ? { at } : {}) });
  return (
    <Stack>
      {!mayEdit && <Text size="sm">{t("publish-version", { version })}</Text>}
      <Radio.Group
        label={t("publish-where")}
        value={kind}
        onChange={(chosen) => setKind(chosen as Target["kind"])}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="all" label={t("to-all", { count: branches.length })} />
          {brands.length > 0 && <Radio value="brand" label={t("to-brand")} />}
          {kind === "brand" && (
            <Select
              aria-label={t("to-brand")}
              data={brands.map(({ id, name }) => ({ value: id, label: name }))}
              value={brandId}
              onChange={setBrandId}
              ml={28}
            />
          )}
          <Radio value="branches" label={t("to-branches")} />
          {kind === "branches" && (
            <BranchChecks {...{ branches, standing }} chosen={branchIds} choose={setBranchIds} />
          )}
        </Stack>
      </Radio.Group>
      <Radio.Group
        label={t("publish-when")}
        value={isLater ? "later" : "now"}
        onChange={(chosen) => setLater(chosen === "later")}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="now" label={t("at-once")} />
          <Radio value="later" label={t("later")} />
          {isLater && (
            <TextInput
              type="datetime-local"
              aria-label={t("later")}
              description={t("later-hint")}
              value={at}
              onChange={({ currentTarget }) => setAt(currentTarget.value.slice(0, 16))}
              ml={28}
            />
          )}
        </Stack>
      </Radio.Group>
      <Text size="xs" className="quiet">
        {t(isLater ? "publish-later-hint" : "publish-hint")}
      </Text>
      <PublishRefused error={publish.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button onClick={send} loading={publish.isPending} disabled={!canSend}>
          {t(isLater ? "publish-later" : "publish-now")}
        </Button>
      </Group>
    </Stack>
  );
}

/** More than these are searched by name. */
const BRANCHES_AT_A_GLANCE = 8;

type BranchChecksProps = {
  branches: readonly { id: string; name: string }[];
  standing: readonly string[];
  chosen: string[];
  choose: (ids: string[]) => void;
};

function BranchChecks({ branches, standing, chosen, choose }: BranchChecksProps) {
  const t = useTexts();
  const [sought, setSought] = useState("");
  const found = branches.filter(({ name }) => toPlain(name).includes(toPlain(sought.trim())));
  return (
    <Stack gap="xs" ml={28}>
      {branches.length > BRANCHES_AT_A_GLANCE && (
        <TextInput
          type="search"
          aria-label={t("find-branch")}
          placeholder={t("find-branch")}
          description={t("branches-chosen", { count: chosen.length })}
          value={sought}
          onChange={({ currentTarget }) => setSought(currentTarget.value)}
        />
      )}
      <ScrollArea.Autosize mah={220} type="auto">
        <Checkbox.Group value={chosen} onChange={choose} aria-label={t("to-branches")}>
          <Stack gap={8} py={4}>
            {found.map(({ id, name }) => (
              <Checkbox
                key={id}
                value={id}
                label={name}
                description={standing.includes(id) ? t("stands-here") : null}
              />
            ))}
            {found.length === 0 && (
              <Text size="sm" className="quiet">
                {t("no-branch-found")}
              </Text>
            )}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
    </Stack>
  );
}

type UsePublishProps = Pick<DeskProps, "page" | "store" | "mayEdit"> & { close: () => void };

/** What is written last goes out too: it is saved first. Of others' pages, what they made last. */
function usePublish({ page, store, mayEdit, close }: UsePublishProps) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: Pick<PublishBody, "to" | "at">) => {
      const path = `/pages/${page.id}/publish`;
      if (!mayEdit) return api.post<PageReply>(path, { ...body, version: page.version });
      await store.flush();
      const { revision, state, error } = store.read();
      if (state !== "saved") throw error;
      return api.post<PageReply>(path, { ...body, revision });
    },
    onSuccess: (reply) => {
      queries.setQueryData(pageKey(page.id), reply);
      void queries.invalidateQueries({ queryKey: ["pages"] });
      close();
    },
  });
}

/** Why it was not put up, in words of ours where there are some. */
export function PublishRefused({ error }: { error: unknown }) {
  const t = useTexts();
  const content = usePuckStore((store) => store.appState.data.content);
  const refusal = readRefusal(error);
  if (!refusal) return <Refusal error={error} />;
  const { key, values, block } = refusal;
  const say = ({ key: sentence, values: filled }: Said) => t(sentence, filled);
  const kind = block && content[block.index]?.type;
  return (
    <Alert color="red" variant="light" role="alert" py="xs">
      <Text size="sm">
        {block && kind
          ? t("refused-at", {
              number: block.index + 1,
              block: t(`kind-${kind}` as "kind-text"),
              reason: say(block.reason),
            })
          : t(key, values)}
      </Text>
      {key === "refused-branch" && block && (
        <Text size="xs">{t("refused-where", { branch: values.branch ?? "" })}</Text>
      )}
    </Alert>
  );
}
