import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { isFieldAtFault } from "../../../shell/failure.tsx";
import type { NasFields } from "./nas-fields.ts";
import { useTexts } from "./texts.ts";

type InputsProps = {
  fields: NasFields;
  set: (change: Partial<NasFields>) => void;
  error: unknown;
};

type TextKey = Parameters<ReturnType<typeof useTexts>>[0];
type NamedField = { field: keyof NasFields; hint: TextKey; isOptional?: boolean };

const LABELS: Record<keyof NasFields, TextKey> = {
  kind: "nas-kind",
  name: "nas-name",
  source: "nas-source",
  loginOrigins: "nas-origins",
  radiusSecret: "radius-secret",
  uamSecret: "uam-secret",
  uamServer: "uam-server",
  nasIdentifier: "nas-identifier",
  handBack: "hand-back",
  disconnectPort: "disconnect-port",
  messageAuthenticator: "message-authenticator",
  radsecName: "radsec-name",
  gatewayMac: "gateway-mac",
  fasLevel: "fas-level",
  fasKey: "fas-key",
};

/** The label of the field that a refusal points into; null when it is none of the form's. */
export function findFaultyLabel(error: unknown): TextKey | null {
  const fields = Object.keys(LABELS) as (keyof NasFields)[];
  const faulty = fields.find((field) => isFieldAtFault(error, field));
  return faulty ? LABELS[faulty] : null;
}

function NamedInput({ fields, set, error, ...named }: InputsProps & NamedField) {
  const t = useTexts();
  const { field, hint, isOptional = false } = named;
  return (
    <TextInput
      label={t(LABELS[field])}
      description={t(hint)}
      value={fields[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      error={isFieldAtFault(error, field)}
      maxLength={500}
      autoComplete="off"
      spellCheck={false}
      required={!isOptional}
      withAsterisk={false}
    />
  );
}

export function CommonFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set, error } = props;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput {...props} field="name" hint="nas-name-hint" />
        <NamedInput {...props} field="source" hint="nas-source-hint" />
      </SimpleGrid>
      <Textarea
        label={t("nas-origins")}
        description={t(`nas-origins-hint-${fields.kind}`)}
        value={fields.loginOrigins}
        onChange={(event) => set({ loginOrigins: event.currentTarget.value })}
        error={isFieldAtFault(error, "loginOrigins")}
        autosize
        minRows={1}
        spellCheck={false}
        required
        withAsterisk={false}
      />
    </>
  );
}

export function CoovaFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set } = props;
  return (
    <>
      <NamedInput {...props} field="uamServer" hint="uam-server-hint" />
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput {...props} field="radiusSecret" hint="radius-secret-hint" />
        <NamedInput {...props} field="uamSecret" hint="uam-secret-hint" isOptional />
        <NamedInput {...props} field="nasIdentifier" hint="nas-identifier-hint" />
        <NamedInput {...props} field="disconnectPort" hint="disconnect-port-hint" isOptional />
        <NamedInput {...props} field="radsecName" hint="radsec-name-hint" isOptional />
      </SimpleGrid>
      <Select
        label={t("hand-back")}
        description={t("hand-back-hint")}
        data={[
          { value: "chap", label: "CHAP" },
          { value: "pap", label: "PAP" },
        ]}
        value={fields.handBack}
        onChange={(handBack) => handBack && set({ handBack })}
        allowDeselect={false}
      />
      <Select
        label={t("message-authenticator")}
        description={t("message-authenticator-hint")}
        data={[
          { value: "auto", label: t("message-authenticator-auto") },
          { value: "yes", label: t("message-authenticator-yes") },
          { value: "no", label: t("message-authenticator-no") },
        ]}
        value={fields.messageAuthenticator}
        onChange={(value) => value && set({ messageAuthenticator: value })}
        allowDeselect={false}
      />
    </>
  );
}

export function OpenndsFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set } = props;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
      <NamedInput {...props} field="gatewayMac" hint="gateway-mac-hint" />
      <NamedInput {...props} field="fasKey" hint="fas-key-hint" />
      <Select
        label={t("fas-level")}
        description={t("fas-level-hint")}
        data={["1", "2"]}
        value={fields.fasLevel}
        onChange={(fasLevel) => fasLevel && set({ fasLevel })}
        allowDeselect={false}
      />
    </SimpleGrid>
  );
}
