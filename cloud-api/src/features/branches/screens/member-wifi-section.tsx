import { Alert, Button, Select, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Empty, Section } from "../../../shell/page.tsx";
import type { BranchDocument } from "../schema.ts";
import { useSettingsContext } from "./settings-context.ts";
import { useTexts } from "./texts.ts";
import { Words } from "./words-inputs.tsx";

type MemberWifi = NonNullable<BranchDocument["memberWifi"]>;
const INNER = ["mschapv2", "pap"] as const satisfies readonly MemberWifi["innerMethod"][];
const SSID_LENGTH_MAX = 32;
const DOMAIN_LENGTH_MAX = 200;
const NAME_LENGTH_MAX = 100;
const FIRST: MemberWifi = { enabled: true, ssid: "", domain: "", innerMethod: "mschapv2" };

/** The secure network that guests' devices join by themselves, once they were given a key. */
export function MemberWifiSection() {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const wifi = document.memberWifi;
  return (
    <Section title={t("member-wifi")} hint={t("member-wifi-hint")}>
      {wifi ? (
        <Fields wifi={wifi} change={(part) => set("memberWifi", { ...wifi, ...part })} />
      ) : (
        <Empty
          title={t("no-member-wifi")}
          hint={t("no-member-wifi-hint")}
          action={
            <Button onClick={() => set("memberWifi", FIRST)}>{t("set-up-member-wifi")}</Button>
          }
        />
      )}
    </Section>
  );
}

type FieldsProps = { wifi: MemberWifi; change: (part: Partial<MemberWifi>) => void };

function Fields({ wifi, change }: FieldsProps) {
  const t = useTexts();
  const { document, set, refusal } = useSettingsContext();
  const { languages } = document.branch;
  const isFaulty = (field: keyof MemberWifi) =>
    refusal instanceof ApiError && refusal.field === `/memberWifi/${field}`;
  const isUnasked = refusal instanceof ApiError && refusal.field === "/memberWifi";
  return (
    <Stack gap="md">
      {isUnasked && (
        <Alert color="red" variant="light" role="alert" py="xs">
          {t("wifi-without-radius")}
        </Alert>
      )}
      <Switch
        label={t("member-wifi-on")}
        description={t("member-wifi-on-hint")}
        checked={wifi.enabled}
        onChange={({ currentTarget }) => change({ enabled: currentTarget.checked })}
        data-setting="memberWifi"
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <TextInput
          label={t("ssid")}
          description={t("ssid-hint")}
          error={isFaulty("ssid") && t("ssid-refused")}
          value={wifi.ssid}
          onChange={({ currentTarget }) => change({ ssid: currentTarget.value })}
          maxLength={SSID_LENGTH_MAX}
        />
        <TextInput
          label={t("domain")}
          description={t("domain-hint")}
          error={isFaulty("domain") && t("domain-refused")}
          placeholder="wifi.example.com"
          value={wifi.domain}
          onChange={({ currentTarget }) => change({ domain: currentTarget.value })}
          maxLength={DOMAIN_LENGTH_MAX}
        />
        <Select
          label={t("inner-method")}
          description={t("inner-method-hint")}
          data={INNER.map((value) => ({ value, label: t(`inner-${value}`) }))}
          value={wifi.innerMethod}
          onChange={(value) =>
            change({ innerMethod: INNER.find((each) => each === value) ?? "mschapv2" })
          }
          allowDeselect={false}
        />
      </SimpleGrid>
      <Words
        title={t("friendly-name")}
        languages={languages}
        text={wifi.friendlyName ?? {}}
        set={(friendlyName) => change({ friendlyName })}
        max={NAME_LENGTH_MAX}
      />
      <div>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          onClick={() => set("memberWifi", undefined)}
        >
          {t("no-more-member-wifi")}
        </Button>
      </div>
    </Stack>
  );
}
