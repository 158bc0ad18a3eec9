import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Failure, isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage } from "../../../shell/language.tsx";
import { Empty, Page, Section } from "../../../shell/page.tsx";
import { useMayEverywhere } from "../../../shell/session.tsx";
import { LANGUAGES } from "../../../shell/translate.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";
import { chooseWords } from "../rules.ts";
import type { SaleTypeReply } from "../schema.ts";
import { LocalInputs, type Words } from "./local-inputs.tsx";
import { useSaleTypes } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** How the company sells: what surveys are for, and their answers about. */
export function SaleTypesPage() {
  const t = useTexts();
  const { data, error, refetch } = useSaleTypes();
  return (
    <Page
      title={t("sale-types")}
      summary={t("sale-types-summary")}
      parent={{ path: "/surveys", label: t("surveys") }}
    >
      {error && !data && <Failure error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={240} radius="lg" />}
      {data && <Lists saleTypes={data} />}
    </Page>
  );
}

function Lists({ saleTypes }: { saleTypes: readonly SaleTypeReply[] }) {
  const t = useTexts();
  const mayEdit = useMayEverywhere("surveys.edit");
  const standing = saleTypes.filter(({ isOver }) => !isOver);
  const over = saleTypes.filter(({ isOver }) => isOver);
  const toLines = (some: readonly SaleTypeReply[]) =>
    some.map((each) => <Line key={each.id} saleType={each} mayEdit={mayEdit} />);
  return (
    <Stack gap="lg">
      <Section title={t("sale-types")} hint={t("sale-types-hint")}>
        {standing.length === 0 && (
          <Empty title={t("no-sale-types")} hint={t("no-sale-types-hint")} />
        )}
        {toLines(standing)}
      </Section>
      {mayEdit && <NewSaleType known={standing} />}
      {over.length > 0 && (
        <Section title={t("sale-types-over")} hint={t("sale-types-over-hint")}>
          {toLines(over)}
        </Section>
      )}
    </Stack>
  );
}

type LineProps = { saleType: SaleTypeReply; mayEdit: boolean };

function Line({ saleType, mayEdit }: LineProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const [draft, setDraft] = useState<Words | null>(null);
  const { id, name, isOver } = saleType;
  const put = useChange((more: Partial<SaleTypeReply>) =>
    api.put<SaleTypeReply>(`/sale-types/${id}`, { name, isOver, ...more }),
  );
  const shown = chooseWords(name, language);
  if (draft)
    return (
      <Form onSubmit={() => put.mutate({ name: draft }, { onSuccess: () => setDraft(null) })}>
        <Stack gap="xs" className="field-line" py="xs">
          <Naming name={draft} set={setDraft} error={put.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setDraft(null)}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={put.isPending}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </Form>
    );
  const others = [...new Set(Object.values(name))].filter((each) => each !== shown);
  return (
    <Group justify="space-between" gap="xs" className="field-line" py={8}>
      <Text component="span" className="any-length">
        {shown} <span className="quiet">{others.join(" · ")}</span>
      </Text>
      {mayEdit && (
        <Group gap="xs">
          {!isOver && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("sale-type-rename", { name: shown })}
              onClick={() => setDraft(name)}
            >
              {t("edit")}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            loading={put.isPending}
            aria-label={t(isOver ? "sale-type-begin-of" : "sale-type-end-of", { name: shown })}
            onClick={() => put.mutate({ isOver: !isOver })}
          >
            {t(isOver ? "sale-type-begin" : "sale-type-end")}
          </Button>
        </Group>
      )}
      <Refusal error={put.error} sentence={t(isOver ? "sale-type-taken" : "sale-type-used")} />
    </Group>
  );
}

/** What most shops have, in both languages of the staff app. */
const USUAL = (["sale-dine-in", "sale-take-away", "sale-delivery"] as const).map(
  (key): Words => ({ vi: vi[key], en: en[key] }),
);

function NewSaleType({ known }: { known: readonly SaleTypeReply[] }) {
  const t = useTexts();
  const { language } = useLanguage();
  const [name, setName] = useState<Words>({});
  const add = useChange((body: { name: Words }) => api.post<SaleTypeReply>("/sale-types", body));
  const isKnown = (words: Words) =>
    known.some((each) => LANGUAGES.some((one) => words[one] && each.name[one] === words[one]));
  const missing = USUAL.filter((words) => !isKnown(words));
  return (
    <Section title={t("sale-type-new")}>
      <Form onSubmit={() => add.mutate({ name }, { onSuccess: () => setName({}) })}>
        <Stack gap="sm">
          {missing.length > 0 && (
            <Group gap="xs">
              {missing.map((words) => (
                <Button
                  key={words.en}
                  size="compact-sm"
                  variant="default"
                  onClick={() => setName(words)}
                >
                  {chooseWords(words, language)}
                </Button>
              ))}
            </Group>
          )}
          <Naming name={name} set={setName} error={add.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={add.isPending}>
              {t("sale-type-add")}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}

type NamingProps = { name: Words; set: (name: Words) => void; error: Error | null };

function Naming({ name, set, error }: NamingProps) {
  const t = useTexts();
  const isName = isFieldAtFault(error, "name");
  return (
    <>
      <LocalInputs
        label={t("sale-type-name")}
        text={name}
        set={set}
        max={60}
        fault={isName && t("sale-type-name-fault")}
      />
      <Refusal error={isName ? null : error} />
    </>
  );
}

/** A change of the list, which is read anew then. */
function useChange<Body>(send: (body: Body) => Promise<SaleTypeReply>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sale-types"] });
      await queries.invalidateQueries({ queryKey: ["survey-results"] });
    },
  });
}
