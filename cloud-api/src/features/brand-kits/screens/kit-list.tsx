import "./kits.css";
import { Badge, Group, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { Link } from "wouter";
import { Failure } from "../../../shell/failure.tsx";
import { Page } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import type { KitItem } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { useKits } from "./use-kit.ts";

/** How guests see the company and each of its brands. */
export function KitList(_: ScreenProps) {
  const t = useTexts();
  const { data, error, refetch } = useKits();
  const brands = data?.kits.filter(({ kind }) => kind === "brand") ?? [];
  const company = data?.kits.filter(({ kind }) => kind === "company") ?? [];
  return (
    <Page title={t("kits")} summary={t("kits-summary")}>
      {error && !data && <Failure error={error} retry={refetch} />}
      {!data && !error && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-busy="true">
          <Skeleton height={220} radius="lg" />
          <Skeleton height={220} radius="lg" />
        </SimpleGrid>
      )}
      {data && (
        <ul className="kit-cards" aria-label={t("kits")}>
          {[...brands, ...company].map((kit) => (
            <KitCard key={kit.ownerId} kit={kit} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function KitCard({ kit }: { kit: KitItem }) {
  const t = useTexts();
  return (
    <li className="surface kit-card">
      <KitHead kit={kit} />
      <div className="kit-card-words">
        <Group gap="xs" justify="space-between" wrap="nowrap">
          <Text component={Link} href={`/brand-kits/${kit.ownerId}`} fw={600} className="kit-link">
            {kit.kind === "company" ? t("company-kit") : kit.name}
          </Text>
          {kit.kind === "brand" && !kit.hasOwnLook && (
            <Badge variant="light" color="gray" tt="none" fw={500}>
              {t("wears-company")}
            </Badge>
          )}
        </Group>
        <Text size="xs" className="quiet">
          {sayWearers(kit, t)}
        </Text>
      </div>
    </li>
  );
}

function sayWearers(kit: KitItem, t: ReturnType<typeof useTexts>): string {
  if (kit.kind === "company") return t("company-kit-hint");
  if (kit.branches === 0) return t("no-branches");
  return t("worn-by", { count: kit.branches, wearing: kit.wearing });
}

/** The head of a guest page, small. */
function KitHead({ kit: { worn, name } }: { kit: KitItem }) {
  return (
    <div
      className="kit-head"
      style={{
        backgroundColor: worn.accentColour,
        ...(worn.background && { backgroundImage: `url("${worn.background}")` }),
      }}
      aria-hidden
    >
      {worn.logo ? (
        <img src={worn.logo} alt="" />
      ) : (
        <span data-font={worn.font ?? "serif"}>{name}</span>
      )}
    </div>
  );
}
