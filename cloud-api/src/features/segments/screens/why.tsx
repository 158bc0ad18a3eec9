import { Box, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useZoneOf } from "../../../shell/branches.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { Judgement, Seen, TreeNode } from "../schema.ts";
import { sayValue } from "./field-sentences.ts";
import { sayNode } from "./sentences.ts";
import { useTexts } from "./texts.ts";
import type { Words } from "./words.ts";

type WhyProps = { node: TreeNode; judgement: Judgement; words: Words };

/** Each condition with yes or no, and what was seen of the customer there. */
export function Why({ node, judgement, words }: WhyProps) {
  const t = useTexts();
  if (!("of" in node)) return <Line node={node} judgement={judgement} words={words} />;
  const [first] = node.of;
  const [only] = judgement.of ?? [];
  // Of a single condition it says nothing that all or any of them has to hold.
  if (first && only && node.of.length === 1 && node.kind !== "none")
    return <Why node={first} judgement={only} words={words} />;
  return (
    <Stack gap={6}>
      <Group gap="xs" wrap="nowrap">
        <Mark holds={judgement.holds} />
        <Text size="sm" className="quiet">
          {t("fit-of-inner")} {t(`group-${node.kind}`)} {t("of-these")}
        </Text>
      </Group>
      <Stack gap={6} pl="lg">
        {node.of.map((each, place) => {
          const inner = judgement.of?.[place];
          return inner && <Why key={place} node={each} judgement={inner} words={words} />;
        })}
      </Stack>
    </Stack>
  );
}

function Line({ node, judgement, words }: WhyProps) {
  const { holds } = judgement;
  const seen = nameSeen(node, judgement.seen, words);
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Mark holds={holds} />
      <Box miw={0} className="any-length">
        <Text size="sm" component="span">
          {sayNode(node, words)}
        </Text>
        {seen && (
          <Text size="sm" component="span" className="quiet">
            {" – "}
            <SeenWords seen={seen} words={words} />
          </Text>
        )}
      </Box>
    </Group>
  );
}

/** Of a field with choices their words are seen, and not what they are kept as. */
function nameSeen(node: TreeNode, seen: Seen | undefined, words: Words): Seen | undefined {
  if (node.kind !== "field" || seen?.is !== "text") return seen;
  return { is: "text", text: sayValue(node.field, seen.text, words) };
}

/** Colour and form say the same, and a word says it to those who see neither. */
function Mark({ holds }: { holds: boolean }) {
  const t = useTexts();
  const Icon = holds ? IconCheck : IconX;
  return (
    <Box
      role="img"
      aria-label={t(holds ? "holds" : "holds-not")}
      c={holds ? "teal" : "red"}
      flex="none"
      lh={1}
      pt={2}
    >
      <Icon size={16} stroke={2.5} />
    </Box>
  );
}

function SeenWords({ seen, words }: { seen: Seen; words: Words }) {
  const t = useTexts();
  const { language } = useLanguage();
  const zoneOf = useZoneOf();
  switch (seen.is) {
    case "nothing":
      return t("seen-nothing");
    case "text":
      return t("seen-text", { text: seen.text });
    case "count":
      return t("seen-count", { count: seen.count });
    case "minutes":
      return t("seen-minutes", { count: seen.minutes });
    case "points":
      return t("seen-points", { count: seen.points });
    case "time":
      return <Moment at={seen.at} timeZone={zoneOf(seen.branchId)} />;
    case "consent":
      return (
        <>
          {t(seen.given ? "seen-given" : "seen-withdrawn")}, <Moment at={seen.at} />
        </>
      );
    case "marks": {
      if (seen.ids.length === 0) return t("seen-no-marks");
      const names = seen.ids.map((id) => words.nameOf("mark", id));
      return t("seen-marks", { names: new Intl.ListFormat(LOCALE[language]).format(names) });
    }
  }
}
