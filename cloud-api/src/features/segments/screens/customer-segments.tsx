import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Section } from "../../../shell/page.tsx";
import type { CustomerSegmentsReply } from "../schema.ts";
import { useChoices, useWords } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { Why } from "./why.tsx";

/** On a customer's page: the segments they are in, and why; those they are not in, on demand. */
export function CustomerSegments({ id }: { id: string }) {
  const t = useTexts();
  const words = useWords(useChoices());
  const [showsAll, setShowsAll] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["customer-segments", id],
    queryFn: ({ signal }) => api.get<CustomerSegmentsReply>(`/customers/${id}/segments`, signal),
    meta: { live: true },
  });
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data || data.segments.length === 0) return null;
  const fitting = data.segments.filter(({ judgement }) => judgement.holds);
  const shown = showsAll ? data.segments : fitting;
  return (
    <Section title={t("in-these")} hint={t("in-these-hint")}>
      <Stack gap="md">
        {fitting.length === 0 && (
          <Text size="sm" className="quiet">
            {t("in-none")}
          </Text>
        )}
        {shown.map(({ id: segmentId, name, tree, judgement }) => (
          <Stack key={segmentId} gap={6}>
            <Group gap="xs">
              <Link href={`/segments/${segmentId}`} className="record-link">
                {name}
              </Link>
              <Badge tt="none" variant={judgement.holds ? "light" : "default"} fw={500}>
                {t(judgement.holds ? "in-it" : "not-in-it")}
              </Badge>
            </Group>
            <Why node={tree} judgement={judgement} words={words} />
          </Stack>
        ))}
        {!showsAll && fitting.length < data.segments.length && (
          <Group>
            <Button size="compact-sm" variant="default" onClick={() => setShowsAll(true)}>
              {t("show-not-in")}
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  );
}
