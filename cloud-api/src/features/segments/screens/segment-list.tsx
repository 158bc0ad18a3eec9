import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { STARTERS } from "./drafts.ts";
import { type Segment, useChoices, useSegments, useWords } from "./replies.ts";
import { sayTree } from "./sentences.ts";
import { useTexts } from "./texts.ts";

/** Every segment, whom it holds in a sentence, and how many they are now. */
export function SegmentList() {
  const t = useTexts();
  const mayChange = useMay("segments.edit");
  const { data: segments, error, refetch } = useSegments();
  const columns = useColumns();
  const add = mayChange && (
    <Button component={Link} href="/segments/new" leftSection={<IconPlus size={16} />}>
      {t("add")}
    </Button>
  );
  return (
    <Page title={t("segments")} summary={t("summary")} actions={add}>
      {error && !segments ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {segments?.length === 0 ? (
            <Empty
              title={t("no-segments")}
              hint={t("no-segments-hint")}
              action={mayChange && <Starters />}
            />
          ) : (
            <RecordTable
              label={t("segments")}
              columns={columns}
              rows={segments}
              rowKey={(segment) => segment.id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

/** Where there is none yet: some that many begin with, each as a sentence that can be changed, and one's own. */
function Starters() {
  const t = useTexts();
  return (
    <Stack align="center" gap="md" mt="sm">
      <Group justify="center" gap="xs" maw={560}>
        {STARTERS.map((starter) => (
          <Button
            key={starter}
            component={Link}
            href={`/segments/new?start=${starter}`}
            variant="light"
            size="xs"
          >
            {t(`starter-${starter}`)}
          </Button>
        ))}
      </Group>
      <Button component={Link} href="/segments/new" leftSection={<IconPlus size={16} />}>
        {t("add")}
      </Button>
    </Stack>
  );
}

function useColumns(): Column<Segment>[] {
  const t = useTexts();
  const format = useFormat();
  const words = useWords(useChoices());
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ id, name, tree }) => (
        <>
          <Link href={`/segments/${id}`} className="record-link">
            {name}
          </Link>
          <Text size="sm" className="quiet">
            {sayTree(tree, words)}
          </Text>
        </>
      ),
    },
    {
      key: "customers",
      header: t("customers"),
      align: "right",
      narrow: "aside",
      render: ({ id, customers, judging }) => (
        <>
          <Link href={`/customers?segmentId=${id}`} className="plain-link">
            {format.count(customers)}
          </Link>
          {judging && judging.total > 0 && (
            <Text size="xs" className="quiet" role="status">
              {t("judging", { percent: Math.floor((judging.done / judging.total) * 100) })}
            </Text>
          )}
        </>
      ),
    },
  ];
}
