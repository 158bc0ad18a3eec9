import { Alert, Badge, Box, Group, Text } from "@mantine/core";
import { Moment } from "../../../shell/moment.tsx";
import { Device } from "./device.tsx";
import type { TraceNote } from "./replies.ts";
import { findKey, useSayReason, useTexts } from "./texts.ts";

type TimelineProps = { notes: readonly TraceNote[]; timeZone: string };

/** What happened at the door, the newest first, below what it comes to. */
export function Timeline({ notes, timeZone }: TimelineProps) {
  const t = useTexts();
  const { sayReason } = useWords();
  const last = notes.findLast(({ answer }) => answer !== "told") ?? notes.at(-1);
  const hasSeveral = new Set(notes.map(({ mac }) => mac)).size > 1;
  return (
    <>
      {last && (
        <Box px="md" pb="md" pt="xs">
          <Alert
            color={last.answer === "refused" ? "orange" : "foyer"}
            variant="light"
            title={t(`answer-${last.answer}`)}
          >
            <Text size="sm">{sayReason(last)}</Text>
            <Text component="div" size="xs" className="quiet">
              <Moment at={last.at} timeZone={timeZone} />
            </Text>
          </Alert>
        </Box>
      )}
      <Box component="ol" className="steps" aria-label={t("timeline")}>
        {notes.toReversed().map((note, index) => (
          <Line
            // Nothing names a note: two may be alike, and the list only grows.
            key={`${notes.length - index} ${note.at}`}
            note={note}
            timeZone={timeZone}
            hasSeveral={hasSeveral}
          />
        ))}
      </Box>
    </>
  );
}

type LineProps = { note: TraceNote; timeZone: string; hasSeveral: boolean };

function Line({ note, timeZone, hasSeveral }: LineProps) {
  const t = useTexts();
  const { sayAsked, sayReason } = useWords();
  const { mac, randomised, by, nasName, nasId, policyName, answer } = note;
  const place = nasName ?? (nasId === null ? t("unknown-access-point") : t("access-point-gone"));
  return (
    <li className="record-row">
      <Group justify="space-between" align="flex-start" gap="sm" wrap="nowrap">
        <Box miw={0}>
          <Text size="sm" fw={600}>
            {sayAsked(note)}
          </Text>
          <Text size="sm">{sayReason(note)}</Text>
          <Text component="div" size="xs" className="quiet">
            <Moment at={note.at} timeZone={timeZone} /> · {t(`by-${by}`)} · {place}
            {policyName !== null && ` · ${t("under-policy", { policy: policyName })}`}
          </Text>
          {hasSeveral && <Device mac={mac} randomised={randomised} />}
        </Box>
        <Badge variant="light" color={colourOf(answer)} tt="none" flex="none">
          {t(`answer-${answer}`)}
        </Badge>
      </Group>
    </li>
  );
}

function colourOf(answer: TraceNote["answer"]): string {
  if (answer === "refused") return "orange";
  return answer === "let-in" ? "foyer" : "gray";
}

/** A box may know words that this app does not: they are shown as they are. */
function useWords() {
  const t = useTexts();
  const say = useSayReason();
  return {
    sayAsked: ({ asked }: TraceNote) => {
      const key = findKey(`asked-${asked}`);
      return key ? t(key) : t("asked-other", { asked });
    },
    sayReason: ({ reason }: TraceNote) => (reason === null ? "" : say(reason)),
  };
}
