import { Alert, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Section } from "../../../shell/page.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { TestReply } from "../schema.ts";
import { CustomerChoice } from "./customer-choice.tsx";
import { useTexts } from "./texts.ts";

const FIRST_VISIT = 5;
const SETTLED_MS = 250;

/** Whom and when: which page would they see, and why none of those before it. */
export function PageTry({ branchId, timeZone }: { branchId: string; timeZone: string }) {
  const t = useTexts();
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [visitNumber, setVisitNumber] = useState<number | null>(FIRST_VISIT);
  const [at, setAt] = useState("");
  const person = visitNumber === null ? {} : { name: t("somebody"), visitNumber };
  const asked = {
    ...(customerId === null ? { person } : { customerId }),
    ...(at === "" ? {} : { at }),
  };
  const [body] = useDebouncedValue(asked, SETTLED_MS);
  const { data, error, refetch } = useQuery({
    queryKey: ["branch-pages", branchId, "try", body],
    queryFn: () => api.post<TestReply>(`/branches/${branchId}/page-test`, body),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  return (
    <Section title={t("try")} hint={t("try-hint")}>
      <Stack gap="sm">
        <CustomerChoice chosen={customerId} choose={setCustomerId} />
        {customerId === null && (
          <NumberInput
            label={t("try-visit")}
            min={1}
            max={100_000}
            allowDecimal={false}
            value={visitNumber ?? ""}
            onChange={(typed) => setVisitNumber(Number(typed) || null)}
          />
        )}
        <TextInput
          type="datetime-local"
          label={t("viewer-at")}
          description={t("viewer-clock", { zone: timeZone })}
          value={at}
          onChange={({ currentTarget }) => setAt(currentTarget.value.slice(0, 16))}
        />
        {error && !data && <Failure error={error} retry={refetch} />}
        {data && <Outcome reply={data} />}
      </Stack>
    </Section>
  );
}

function Outcome({ reply }: { reply: TestReply }) {
  const t = useTexts();
  const format = useFormat();
  const { person, pageId, isShown, pages } = reply;
  const shown = pages.find(({ id }) => id === pageId);
  const fallback = person.isReturning ? t("try-guest") : t("try-nobody");
  const who = t("try-who", {
    ...{ name: person.name ?? fallback, visit: person.visitNumber },
    at: `${format.day(reply.at.slice(0, 10), "long")}, ${reply.at.slice(11)}`,
  });
  const sees = !isShown
    ? t("try-online")
    : shown
      ? t("try-sees", { page: shown.name })
      : t("try-sees-own");
  return (
    <div aria-live="polite">
      <Alert color="foyer" variant="light" py="xs">
        <Text size="xs">{who}</Text>
        <Text fw={600}>{sees}</Text>
      </Alert>
      <ol className="page-reasons">
        {pages.map(({ id, name, misfits }, index) => (
          <li key={id} data-fits={misfits.length === 0 || undefined}>
            {misfits.length === 0 ? (
              <IconCheck size={16} aria-hidden />
            ) : (
              <IconMinus size={16} aria-hidden />
            )}
            <Text size="sm" className="any-length">
              {`${index + 1}. ${name}`}
              <Text span size="xs" className="quiet">
                {" · "}
                {misfits.length > 0
                  ? misfits.map((each) => t(`misfit-${each}`)).join(", ")
                  : t(id === pageId && isShown ? "sees-it" : "fits")}
              </Text>
            </Text>
          </li>
        ))}
      </ol>
    </div>
  );
}
