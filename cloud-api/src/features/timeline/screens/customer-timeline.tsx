import { Box, Button, Group, Select, Skeleton, Text, ThemeIcon } from "@mantine/core";
import {
  IconAlertCircle,
  IconArrowMerge,
  IconClipboardText,
  IconDoorEnter,
  IconId,
  IconKey,
  IconMessageQuestion,
  IconShieldCheck,
  IconTag,
  IconWifi,
} from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AnswerFiles } from "../../../shell/answer-files.tsx";
import { api, withQuery } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Section } from "../../../shell/page.tsx";
import { chooseWords, MOMENT_KINDS, type MomentKind } from "../rules.ts";
import type { TimelineMoment, TimelineReply } from "./replies.ts";
import { useSentence } from "./sentences.ts";
import { useTexts } from "./texts.ts";

const PAGE_MOMENTS = 15;

/** On a customer's page: everything that was of them, the newest first. */
export function CustomerTimeline({ id }: { id: string }) {
  const t = useTexts();
  const [kind, setKind] = useState<string | null>(null);
  const query = useInfiniteQuery({
    queryKey: ["customer-timeline", id, kind],
    queryFn: ({ signal, pageParam }) =>
      api.get<TimelineReply>(
        withQuery(`/customers/${id}/timeline`, {
          ...{ kind, limit: String(PAGE_MOMENTS), cursor: pageParam },
        }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const moments = query.data?.pages.flatMap((page) => page.moments);
  return (
    <Section
      title={t("timeline")}
      hint={t("timeline-hint")}
      actions={
        <Select
          aria-label={t("kind")}
          placeholder={t("every-kind")}
          data={MOMENT_KINDS.map((value) => ({ value, label: t(`kind-${value}`) }))}
          value={kind}
          onChange={setKind}
          clearable
          w={180}
        />
      }
    >
      {query.error && !moments && <Failure error={query.error} retry={query.refetch} />}
      {!moments && !query.error && <Skeleton height={120} />}
      {moments?.length === 0 && (
        <Text size="sm" className="quiet">
          {t("nothing-yet")}
        </Text>
      )}
      {moments && moments.length > 0 && (
        <Box component="ol" className="steps" aria-label={t("timeline")}>
          {moments.map((moment) => (
            <Line key={`${moment.kind} ${moment.id} ${moment.at}`} moment={moment} />
          ))}
        </Box>
      )}
      {query.hasNextPage && (
        <Group justify="center" mt="sm">
          <Button
            variant="default"
            size="compact-md"
            loading={query.isFetchingNextPage}
            onClick={() => query.fetchNextPage()}
          >
            {t("earlier")}
          </Button>
        </Group>
      )}
    </Section>
  );
}

const ICONS: Record<MomentKind, typeof IconWifi> = {
  visit: IconDoorEnter,
  "sign-in": IconWifi,
  survey: IconMessageQuestion,
  case: IconAlertCircle,
  details: IconId,
  consent: IconShieldCheck,
  mark: IconTag,
  merge: IconArrowMerge,
  request: IconClipboardText,
  "wifi-key": IconKey,
};

function Line({ moment }: { moment: TimelineMoment }) {
  const zoneOf = useZoneOf();
  const say = useSentence();
  const Icon = ICONS[moment.kind];
  const { language } = useLanguage();
  const { sentence, by } = say(moment);
  return (
    <Group component="li" className="field-line" wrap="nowrap" gap="sm" py={8} align="flex-start">
      <ThemeIcon variant="light" size={28} radius="xl" aria-hidden>
        <Icon size={16} />
      </ThemeIcon>
      <Box miw={0} className="any-length">
        <Text size="sm" fw={550}>
          {sentence}
        </Text>
        <Text component="div" size="xs" className="quiet">
          <Moment at={moment.at} timeZone={zoneOf(moment.branchId)} />
          {moment.branchName && ` · ${moment.branchName}`}
          {moment.saleType && ` · ${chooseWords(moment.saleType, language)}`}
          {by && ` · ${by}`}
        </Text>
        <AnswerFiles files={moment.files} />
      </Box>
    </Group>
  );
}
