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
type NamedField = { field: keyof NasFields; label: TextKey; hint: TextKey; isOptional?: boolean };

function NamedInput({ fields, set, error, ...named }: InputsProps & NamedField) {
  const t = useTexts();
  const { field, label, hint, isOptional = false } = named;
  return (
    <TextInput
      label={t(label)}
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
        <NamedInput {...props} field="name" label="nas-name" hint="nas-name-hint" />
        <NamedInput {...props} field="source" label="nas-source" hint="nas-source-hint" />
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
      <NamedInput {...props} field="uamServer" label="uam-server" hint="uam-server-hint" />
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput
          {...props}
          field="radiusSecret"
          label="radius-secret"
          hint="radius-secret-hint"
        />
        <NamedInput
          {...props}
          field="uamSecret"
          label="uam-secret"
          hint="uam-secret-hint"
          isOptional
        />
        <NamedInput
          {...props}
          field="nasIdentifier"
          label="nas-identifier"
          hint="nas-identifier-hint"
        />
        <NamedInput
          {...props}
          field="disconnectPort"
          label="disconnect-port"
          hint="disconnect-port-hint"
          isOptional
        />
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
    </>
  );
}

export function OpenndsFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set } = props;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
      <NamedInput {...props} field="gatewayMac" label="gateway-mac" hint="gateway-mac-hint" />
      <NamedInput {...props} field="fasKey" label="fas-key" hint="fas-key-hint" />
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
