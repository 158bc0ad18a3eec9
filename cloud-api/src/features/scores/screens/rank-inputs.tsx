import { Anchor, Button, Checkbox, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { findTier, RANK_MIN, TOTAL_MAX } from "../rules.ts";
import type { Scores, Settings, Tier } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Ranks = Settings["ranks"];
type RankInputsProps = {
  ranks: Ranks;
  tiers: readonly Tier[];
  totals: Scores["totals"];
  unscored: number;
  isReadOnly: boolean;
  change: (ranks: Ranks) => void;
};

/** The first three, of fifteen points at most: with them everybody has one. */
const FIRST = [
  { name: "bronze", totalMin: RANK_MIN },
  { name: "silver", totalMin: 10 },
  { name: "gold", totalMin: 13 },
] as const;

/** Which tier is had from how many points on, and how many customers that would be. */
export function RankInputs(props: RankInputsProps) {
  const { ranks, tiers, totals, unscored, isReadOnly, change } = props;
  const t = useTexts();
  const format = useFormat();
  if (tiers.length === 0) return <MakeTiers isReadOnly={isReadOnly} change={change} />;
  const countOf = (tierId: string | null) =>
    [{ total: RANK_MIN, customers: unscored }, ...totals]
      .filter(({ total }) => findTier(total, ranks) === tierId)
      .reduce((sum, { customers }) => sum + customers, 0);
  const set = (tierId: string, totalMin: number | null) => {
    const others = ranks.filter((rank) => rank.tierId !== tierId);
    change(totalMin === null ? others : [...others, { tierId, totalMin }]);
  };
  return (
    <Stack gap="sm">
      {tiers.map(({ id, name }) => {
        const rank = ranks.find(({ tierId }) => tierId === id);
        return (
          <Group key={id} gap="md" align="center">
            <Checkbox
              label={name}
              checked={rank !== undefined}
              onChange={(event) => set(id, event.currentTarget.checked ? TOTAL_MAX : null)}
              disabled={isReadOnly}
              w={{ base: "100%", xs: 180 }}
            />
            {rank && (
              <>
                <Text size="sm">{t("from")}</Text>
                <NumberInput
                  aria-label={t("points-of", { name })}
                  value={rank.totalMin}
                  onChange={(value) => typeof value === "number" && set(id, value)}
                  min={RANK_MIN}
                  max={TOTAL_MAX}
                  clampBehavior="strict"
                  allowDecimal={false}
                  readOnly={isReadOnly}
                  w={84}
                />
                <Text size="sm">
                  {t(rank.totalMin === RANK_MIN ? "points-everybody" : "points-word")}
                </Text>
                <Text size="sm" className="quiet figure">
                  {t("would-be", { count: countOf(id), customers: format.count(countOf(id)) })}
                </Text>
              </>
            )}
          </Group>
        );
      })}
      {ranks.length > 0 && countOf(null) > 0 && (
        <Text size="sm" role="status">
          {t("without-rank", { count: countOf(null), customers: format.count(countOf(null)) })}
        </Text>
      )}
      <Text size="sm" className="quiet">
        {t("by-hand-stays")}{" "}
        <Anchor component={Link} href="/groups" size="sm" underline="always">
          {t("to-tiers")}
        </Anchor>
      </Text>
    </Stack>
  );
}

/** Where there is no tier yet: the three that most begin with, at once. */
function MakeTiers({ isReadOnly, change }: Pick<RankInputsProps, "isReadOnly" | "change">) {
  const t = useTexts();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async () => {
      const ranks: Ranks = [];
      for (const { name, totalMin } of FIRST) {
        const { id } = await api.post<Tier>("/tiers", { name: t(name) });
        ranks.push({ tierId: id, totalMin });
      }
      return ranks;
    },
    onSuccess: async (ranks) => {
      change(ranks);
      await queries.invalidateQueries({ queryKey: ["score-tiers"] });
    },
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm" className="quiet">
        {t("no-tiers")}
      </Text>
      {!isReadOnly && (
        <Button variant="light" loading={make.isPending} onClick={() => make.mutate()}>
          {t("make-tiers")}
        </Button>
      )}
      <Refusal error={make.error} />
    </Stack>
  );
}
