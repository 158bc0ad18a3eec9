import { ActionIcon, Button, ColorSwatch, Group, Stack, TextInput, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Page, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { refreshSession } from "../../../shell/session.tsx";
import type { TenantReply } from "../schema.ts";
import { BrandDialog, type BrandOpened } from "./brand-dialog.tsx";
import { type Brand, useBranchesByBrand } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Company = Static<typeof TenantReply>;

/** What the company is called, and its brands with their branches. */
export function CompanyPage() {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<Company>("/tenant", signal),
  });
  return (
    <Page title={t("company")} summary={t("company-summary")}>
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        data && (
          <>
            <Section title={t("name")}>
              <NameForm company={data} />
            </Section>
            <Brands brands={data.brands} />
          </>
        )
      )}
    </Page>
  );
}

function NameForm({ company }: { company: Company }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  /** Null: it is as it is kept. The form stays where it is when that changes, and so does the focus. */
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? company.name;
  const save = useMutation({
    mutationFn: (changed: string) => api.patch("/tenant", { name: changed }),
    onSuccess: async (_, saved) => {
      refreshSession(queries);
      await queries.invalidateQueries({ queryKey: ["tenant"] });
      // What was typed meanwhile is not lost.
      setTyped((now) => (now?.trim() === saved ? null : now));
    },
  });
  const isChanged = name.trim() !== "" && name.trim() !== company.name;
  return (
    <Form onSubmit={() => isChanged && save.mutate(name.trim())}>
      <Stack gap="sm" maw={560}>
        <Group align="flex-end" gap="sm">
          <TextInput
            flex={1}
            aria-label={t("name")}
            value={name}
            maxLength={100}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!isChanged} loading={save.isPending}>
            {shell("save")}
          </Button>
        </Group>
        <Refusal error={save.error} />
      </Stack>
    </Form>
  );
}

function Brands({ brands }: { brands: readonly Brand[] }) {
  const t = useTexts();
  const [opened, setOpened] = useState<BrandOpened>(null);
  const columns = useColumns((brand) => setOpened({ brand }));
  return (
    <Section
      title={t("brands")}
      hint={t("brands-hint")}
      flush
      actions={
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          style={{ flexShrink: 0 }}
          onClick={() => setOpened({ brand: null })}
        >
          {t("add-brand")}
        </Button>
      }
    >
      <RecordTable
        label={t("brands")}
        columns={columns}
        rows={brands}
        rowKey={(brand) => brand.id}
      />
      <BrandDialog opened={opened} close={() => setOpened(null)} />
    </Section>
  );
}

function useColumns(change: (brand: Brand) => void): Column<Brand>[] {
  const t = useTexts();
  const byBrand = useBranchesByBrand();
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: (brand) => (
        <Group gap="xs" wrap="nowrap">
          <ColorSwatch color={brand.accentColour} size={14} aria-hidden />
          <b>{brand.name}</b>
        </Group>
      ),
    },
    {
      key: "branches",
      header: t("branches"),
      wraps: true,
      render: ({ id }) =>
        byBrand
          .get(id)
          ?.map(({ name }) => name)
          .join(", ") ?? <span className="quiet">–</span>,
    },
    {
      key: "change",
      header: "",
      align: "right",
      narrow: "aside",
      render: (brand) => (
        <Tooltip label={t("change-brand")} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("change-brand-name", { name: brand.name })}
            onClick={() => change(brand)}
          >
            <IconPencil size={15} />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}
