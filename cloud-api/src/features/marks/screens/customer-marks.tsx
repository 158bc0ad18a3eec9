import { Anchor, Badge, Group, MultiSelect, Select, SimpleGrid, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { useMarkNames } from "../../../shell/marks.ts";
import { Section } from "../../../shell/page.tsx";
import { useMay } from "../../../shell/session.tsx";
import { TAGS_OF_CUSTOMER_MAX } from "../rules.ts";
import type { CustomerMarksReply } from "../schema.ts";
import { toChoice, useGroupChoices } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** On a customer's page: the group they are in, their tier and their tags, changed where they stand. */
export function CustomerMarks({ id }: { id: string }) {
  const t = useTexts();
  const mayChange = useMay("marks.give");
  const { data, error, refetch } = useQuery({
    queryKey: ["customer-marks", id],
    queryFn: ({ signal }) => api.get<CustomerMarksReply>(`/customers/${id}/marks`, signal),
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  return (
    <Section title={t("marks")}>
      {data && (mayChange ? <Choices id={id} marks={data} /> : <Words marks={data} />)}
    </Section>
  );
}

function Words({ marks }: { marks: CustomerMarksReply }) {
  const t = useTexts();
  return (
    <Group gap="xs">
      <Text size="sm" fw={550}>
        {marks.group?.name ?? t("no-group")}
      </Text>
      {marks.tier && <Badge tt="none">{marks.tier.name}</Badge>}
      {marks.tags.map((tag) => (
        <Badge key={tag.id} variant="default" tt="none" fw={500}>
          {tag.name}
        </Badge>
      ))}
    </Group>
  );
}

function Choices({ id, marks }: { id: string; marks: CustomerMarksReply }) {
  const t = useTexts();
  const names = useMarkNames();
  const groupChoices = useGroupChoices();
  const setGroup = useSetMarks<string | null>(id, (groupId) =>
    api.put(`/customers/${id}/group`, { groupId }),
  );
  const setTier = useSetMarks<string | null>(id, (tierId) =>
    api.put(`/customers/${id}/tier`, { tierId }),
  );
  const setTags = useSetMarks<string[]>(id, (tagIds) =>
    api.put(`/customers/${id}/tags`, { tagIds }),
  );
  const { groups, tiers, tags } = names ?? {};
  if ([groups, tiers, tags].every((list) => list?.length === 0))
    return (
      <Text size="sm" className="quiet">
        {t("make-first")}{" "}
        <Anchor component={Link} href="/groups" size="sm">
          {t("to-marks")}
        </Anchor>
      </Text>
    );
  const groupId = setGroup.isPending ? setGroup.variables : (marks.group?.id ?? null);
  const tierId = setTier.isPending ? setTier.variables : (marks.tier?.id ?? null);
  const given = marks.tags.filter((tag) => tag.byRule);
  const own = marks.tags.filter((tag) => !tag.byRule).map((tag) => tag.id);
  const tagIds = setTags.isPending ? setTags.variables : own;
  const isOpen = ({ id: tagId }: { id: string }) => given.every((tag) => tag.id !== tagId);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select
          label={t("group")}
          placeholder={t("no-group")}
          data={groupChoices}
          value={groupId}
          onChange={(value) => setGroup.mutate(value)}
          clearable
          searchable={(groups?.length ?? 0) > 8}
        />
        <Select
          label={t("tier")}
          placeholder={t("no-tier")}
          data={(tiers ?? []).map(toChoice)}
          value={tierId}
          onChange={(value) => setTier.mutate(value)}
          clearable
        />
        <MultiSelect
          label={t("tags")}
          placeholder={tagIds.length === 0 ? t("choose-tags") : ""}
          data={(tags ?? []).filter(isOpen).map(toChoice)}
          value={tagIds}
          onChange={(value) => setTags.mutate(value)}
          maxValues={TAGS_OF_CUSTOMER_MAX - given.length}
          hidePickedOptions
          searchable={(tags?.length ?? 0) > 8}
        />
      </SimpleGrid>
      <ByRule marks={marks} />
      <Refusal error={setGroup.error ?? setTier.error ?? setTags.error} />
    </>
  );
}

/** What rules gave: it comes and goes with them, and is changed where they are. */
function ByRule({ marks: { tags, tier } }: { marks: CustomerMarksReply }) {
  const t = useTexts();
  const given = [...(tier?.byRule ? [tier] : []), ...tags.filter((tag) => tag.byRule)];
  if (given.length === 0) return null;
  return (
    <Group gap="xs" mt="sm">
      <Text size="sm" className="quiet">
        {t("by-rule")}
      </Text>
      {given.map((mark) => (
        <Badge key={mark.id} variant="default" tt="none" fw={500}>
          {mark.name}
        </Badge>
      ))}
    </Group>
  );
}

/** One change after the other: each sends all of them, and the last one is what stays. */
function useSetMarks<Value>(id: string, send: (value: Value) => Promise<CustomerMarksReply>) {
  const queries = useQueryClient();
  return useMutation({
    scope: { id: `customer-marks-${id}` },
    mutationFn: send,
    onSuccess: (reply) => {
      queries.setQueryData(["customer-marks", id], reply);
      void queries.invalidateQueries({ queryKey: ["marks"] });
    },
  });
}
