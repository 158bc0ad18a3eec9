import {
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useZoneOf } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { nameDay } from "../../../shell/weekly-hours.ts";
import { type Every, RHYTHMS } from "../rules.ts";
import type { MailBody } from "../schema.ts";
import { type Colleague, listNamed, ReaderChoice, ReaderList } from "./mail-readers.tsx";
import { useRefusalWords } from "./refused.tsx";
import { type Mail, useMail, useMailChanges } from "./replies.ts";
import { useTexts } from "./texts.ts";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const FIRST_HOUR = 8;

/** Has a kept report written to whoever looks at it, when they choose. */
export function MailButton({ id }: { id: string }) {
  const t = useTexts();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconMail size={16} />}
        onClick={() => setOpened(true)}
      >
        {t("by-mail")}
      </Button>
      <Dialog opened={opened} onClose={() => setOpened(false)} title={t("by-mail-title")}>
        {opened && <Inside id={id} />}
      </Dialog>
    </>
  );
}

function Inside({ id }: { id: string }) {
  const t = useTexts();
  const { data, error, refetch } = useMail(id);
  if (error && !data) return <Failure error={error} retry={refetch} />;
  if (!data) return <Skeleton height={160} radius="md" />;
  if (!data.sendsMail) return <Text size="sm">{t("mail-no-server")}</Text>;
  return <Choice id={id} mail={data.mail} colleagues={data.colleagues} />;
}

type ActsProps = { id: string; mail: Mail | null };
type ChoiceProps = ActsProps & { colleagues: readonly Colleague[] };

function Choice({ id, mail, colleagues }: ChoiceProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const zoneOf = useZoneOf();
  const [every, setEvery] = useState<Every>(mail?.every ?? "week");
  const [weekday, setWeekday] = useState(mail?.weekday ?? 1);
  const [monthDay, setMonthDay] = useState(mail?.monthDay ?? 1);
  const [hour, setHour] = useState(mail?.hour ?? FIRST_HOUR);
  const [readerIds, setReaderIds] = useState(listNamed(mail));
  const { put } = useMailChanges(id);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timeZone = mail?.timeZone ?? zoneOf(undefined) ?? own;
  const sentence = useRefusalWords()(put.error);
  const body: MailBody = {
    ...{ every, hour, timeZone, language, readerIds },
    weekday: every === "week" ? weekday : null,
    monthDay: every === "month" ? monthDay : null,
  };
  return (
    <Form onSubmit={() => put.mutate(body)}>
      <Stack>
        <Text size="sm">{t("mail-hint")}</Text>
        <SimpleGrid cols={{ base: 2, xs: 3 }}>
          <Select
            label={t("mail-every")}
            data={RHYTHMS.map((value) => ({ value, label: t(`mail-${value}`) }))}
            value={every}
            onChange={(chosen) => setEvery(RHYTHMS.find((each) => each === chosen) ?? "week")}
            allowDeselect={false}
          />
          {every === "week" && (
            <Select
              label={t("mail-weekday")}
              data={WEEKDAYS.map((day) => ({ value: `${day}`, label: nameDay(language, day) }))}
              value={`${weekday}`}
              onChange={(chosen) => setWeekday(Number(chosen))}
              allowDeselect={false}
            />
          )}
          {every === "month" && (
            <NumberInput
              label={t("mail-month-day")}
              value={monthDay}
              onChange={(day) => setMonthDay(Number(day))}
              {...{ min: 1, max: 31, allowDecimal: false, clampBehavior: "strict", required: true }}
              withAsterisk={false}
            />
          )}
          <Select
            label={t("mail-hour")}
            data={HOURS.map((value) => ({ value: `${value}`, label: `${value}:00` }))}
            value={`${hour}`}
            onChange={(chosen) => setHour(Number(chosen))}
            allowDeselect={false}
          />
        </SimpleGrid>
        <Text size="xs" className="quiet">
          {t("mail-zone", { zone: timeZone })}
          {every === "month" && ` ${t("mail-short-months")}`}
        </Text>
        <ReaderChoice {...{ mail, colleagues }} chosen={readerIds} choose={setReaderIds} />
        {mail && <Standing mail={mail} />}
        <Refusal error={put.error} {...(sentence ? { sentence } : {})} />
        <Acts {...{ id, mail }} isSaving={put.isPending} />
      </Stack>
    </Form>
  );
}

/** When the next ones go, and what became of the last. */
function Standing({ mail: { nextAt, readers, timeZone } }: { mail: Mail }) {
  const t = useTexts();
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {t("mail-next")} <Moment at={nextAt} timeZone={timeZone} />
      </Text>
      <ReaderList readers={readers} timeZone={timeZone} />
    </Stack>
  );
}

function Acts({ id, mail, isSaving }: ActsProps & { isSaving: boolean }) {
  const t = useTexts();
  const { end, sendNow } = useMailChanges(id);
  return (
    <>
      <Refusal error={end.error ?? sendNow.error} />
      {sendNow.isSuccess && (
        <Text size="sm" role="status">
          {t("mail-on-its-way")}
        </Text>
      )}
      <Group justify="flex-end">
        {mail && (
          <>
            <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
              {t("mail-end")}
            </Button>
            <Button variant="default" loading={sendNow.isPending} onClick={() => sendNow.mutate()}>
              {t("mail-now")}
            </Button>
          </>
        )}
        <Button type="submit" loading={isSaving}>
          {t(mail ? "mail-change" : "mail-begin")}
        </Button>
      </Group>
    </>
  );
}
