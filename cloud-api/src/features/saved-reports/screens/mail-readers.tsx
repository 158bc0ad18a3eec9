import { MultiSelect, Stack, Text } from "@mantine/core";
import { useSortByName } from "../../../shell/branches.ts";
import { Moment } from "../../../shell/moment.tsx";
import { READERS_MAX } from "../rules.ts";
import type { Mail, MailReader } from "./replies.ts";
import { useTexts } from "./texts.ts";

export type Colleague = { id: string; name: string };

/** The colleagues whom an order names, without those who stopped it. */
export const listNamed = (mail: Mail | null): string[] =>
  (mail?.readers ?? [])
    .filter(({ isOwn, standing }) => !isOwn && standing !== "stopped")
    .map(({ id }) => id);

type ReaderChoiceProps = {
  mail: Mail | null;
  colleagues: readonly Colleague[];
  chosen: string[];
  choose: (readerIds: string[]) => void;
};

/** Which colleagues it is written to as well; whoever stopped it is not offered. */
export function ReaderChoice({ mail, colleagues, chosen, choose }: ReaderChoiceProps) {
  const t = useTexts();
  const sort = useSortByName();
  const readers = mail?.readers ?? [];
  const stopped = readers.filter(({ standing }) => standing === "stopped").map(({ id }) => id);
  const offered = sort(colleagues.filter(({ id }) => !stopped.includes(id)));
  // Those who left, or read no reports any more, can be taken off and not be chosen again.
  const others = readers
    .filter(({ id }) => chosen.includes(id) && !offered.some((each) => each.id === id))
    .map(({ id, name }) => ({ id, name: name ?? t("left") }));
  const all = [...offered, ...others];
  if (all.length === 0)
    return (
      <Text size="xs" className="quiet">
        {t("mail-nobody-else")}
      </Text>
    );
  return (
    <MultiSelect
      label={t("mail-colleagues")}
      description={t("mail-colleagues-hint")}
      data={all.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen}
      onChange={choose}
      searchable
      clearable
      maxValues={READERS_MAX}
      nothingFoundMessage={t("no-match")}
    />
  );
}

/** Everybody it is written to: whether they still are, and what became of the last mail. */
export function ReaderList({
  readers,
  timeZone,
}: {
  readers: readonly MailReader[];
  timeZone: string;
}) {
  const t = useTexts();
  const nameOf = ({ isOwn, name }: MailReader) => (isOwn ? t("you") : (name ?? t("left")));
  return (
    <Stack component="ul" gap={4} m={0} p={0} className="mail-readers">
      {readers
        .toSorted((one, other) => Number(other.isOwn) - Number(one.isOwn))
        .map((reader) => (
          <li key={reader.id}>
            <Text size="sm" span fw={600} className="any-length">
              {nameOf(reader)}
            </Text>{" "}
            <Text size="sm" span className="quiet">
              <ReaderWords reader={reader} timeZone={timeZone} />
            </Text>
          </li>
        ))}
    </Stack>
  );
}

function ReaderWords({ reader, timeZone }: { reader: MailReader; timeZone: string }) {
  const t = useTexts();
  const { standing, begunAt, outcome, detail, isOwn } = reader;
  if (standing !== "reads")
    return t(isOwn && standing === "stopped" ? "mail-you-stopped" : `mail-standing-${standing}`);
  if (!begunAt || !outcome) return t("mail-none-yet");
  return (
    <>
      {t("mail-last")} <Moment at={begunAt} timeZone={timeZone} />: {t(`mail-outcome-${outcome}`)}
      {detail && ` (${detail})`}
    </>
  );
}
