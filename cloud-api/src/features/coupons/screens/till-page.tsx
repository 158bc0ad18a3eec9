import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { uuidv7 } from "uuidv7";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Page } from "../../../shell/page.tsx";
import { normaliseCouponCode } from "../rules.ts";
import type { TillReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { TillAnswer } from "./till-answer.tsx";
import "./till.css";

/** Which branch this device stands at, so that nobody chooses it anew for each guest. */
const REMEMBERED = "foyer-till-branch";

/** At a till: a code is typed, scanned by a hand scanner, or opened by a phone's camera. */
export function TillPage() {
  const t = useTexts();
  const branches = useBranchChoices();
  const [chosen, setChosen] = useState(() => localStorage.getItem(REMEMBERED));
  const branch = branches.find(({ id }) => id === chosen) ?? branches[0];
  return (
    <Page title={t("till")} summary={t("till-hint")}>
      <Stack className="till" gap="md">
        {branches.length > 1 && (
          <Select
            label={t("till-branch")}
            data={branches.map(({ id, name }) => ({ value: id, label: name }))}
            value={branch?.id ?? null}
            onChange={(id) => {
              if (!id) return;
              localStorage.setItem(REMEMBERED, id);
              setChosen(id);
            }}
            allowDeselect={false}
            size="md"
          />
        )}
        {branch && <Till key={branch.id} branchId={branch.id} timeZone={branch.timeZone} />}
      </Stack>
    </Page>
  );
}

/** What stands behind the # of a coupon's link, once: a page that is loaded again asks nothing anew. */
function takeCodeOfLink(): string {
  const code = normaliseCouponCode(location.hash);
  if (code !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return code ?? "";
}

/** One coupon at the till, from its code to what became of it. */
type AtHand = { code: string; redemptionId: string; answer: TillReply | null };

/** One try, however often it has to be sent: it redeems once. */
const tryCode = (code: string): AtHand => ({ code, redemptionId: uuidv7(), answer: null });

function Till({ branchId, timeZone }: { branchId: string; timeZone: string }) {
  const t = useTexts();
  const [typed, setTyped] = useState("");
  const [atHand, setAtHand] = useState<AtHand | null>(null);
  const input = useRef<HTMLInputElement>(null);
  // What comes late is not taken for an answer about the next guest's.
  const hear = (answer: TillReply, { redemptionId }: AtHand) =>
    setAtHand((now) => (now?.redemptionId === redemptionId ? { ...now, answer } : now));
  const check = useMutation({
    mutationFn: ({ code }: AtHand) => api.post<TillReply>("/coupon-checks", { code, branchId }),
    onSuccess: hear,
  });
  const redeem = useMutation({
    mutationFn: ({ code, redemptionId }: AtHand) =>
      api.post<TillReply>("/coupon-redemptions", { code, branchId, redemptionId }),
    onSuccess: hear,
  });
  const begin = (code: string) => {
    if (code.trim() === "") return;
    const next = tryCode(code);
    setTyped(code);
    setAtHand(next);
    redeem.reset();
    check.mutate(next);
    // A hand scanner types the next one over it.
    input.current?.select();
  };
  const clear = () => {
    setTyped("");
    setAtHand(null);
    check.reset();
    redeem.reset();
    input.current?.focus();
  };
  const { mutate } = check;
  useEffect(() => {
    const open = () => {
      const code = takeCodeOfLink();
      if (code === "") return;
      const next = tryCode(code);
      setTyped(code);
      setAtHand(next);
      mutate(next);
    };
    open();
    window.addEventListener("hashchange", open);
    return () => window.removeEventListener("hashchange", open);
  }, [mutate]);
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin(typed);
        }}
      >
        <Group align="flex-end" gap="sm" wrap="nowrap">
          <TextInput
            ref={input}
            label={t("till-code")}
            placeholder="ABCD-EFGH-2345"
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            size="lg"
            flex={1}
            autoFocus
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            classNames={{ input: "till-code" }}
          />
          <Button type="submit" size="lg" variant="default" loading={check.isPending}>
            {t("check")}
          </Button>
        </Group>
      </form>
      <Refusal error={check.error ?? redeem.error} />
      {atHand?.answer && (
        <TillAnswer
          answer={atHand.answer}
          timeZone={timeZone}
          isRedeeming={redeem.isPending}
          redeem={() => redeem.mutate(atHand)}
          next={clear}
        />
      )}
    </>
  );
}
