import { SimpleGrid } from "@mantine/core";
import { VENDORS } from "./nas-fields.ts";
import { type InputsProps, NamedInput, NamedSelect, OrderFields } from "./nas-inputs.tsx";
import { findWebLoginVendor, listOwnFields, WEB_LOGIN_VENDORS } from "./nas-web-login.ts";
import { useTexts } from "./texts.ts";

/** Access points whose log-in the browser brings: of which maker they are, and what only theirs have. */
export function WebLoginFields(props: InputsProps) {
  const t = useTexts();
  const own = listOwnFields(findWebLoginVendor(props.fields));
  const attributes = [
    { value: "", label: t("radius-vendor-usual") },
    ...VENDORS.map((value) => ({ value, label: t(`vendor-${value}`) })),
  ];
  return (
    <>
      {own.includes("mikrotikLogin") && (
        <NamedSelect
          {...props}
          field="mikrotikLogin"
          hint="mikrotik-login-hint"
          data={["http-pap", "http-chap"].map((value) => ({ value, label: value }))}
        />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput {...props} field="radiusSecret" hint="vendor-secret-hint" />
        <NamedInput {...props} field="nasIdentifier" hint="vendor-identifier-hint" isOptional />
        <NamedInput {...props} field="radsecName" hint="radsec-name-hint" isOptional />
        {own.includes("errorParameter") && (
          <NamedInput {...props} field="errorParameter" hint="error-parameter-hint" isOptional />
        )}
      </SimpleGrid>
      {own.includes("usernameField") && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
          <NamedInput {...props} field="usernameField" hint="username-field-hint" isOptional />
          <NamedInput {...props} field="passwordField" hint="password-field-hint" isOptional />
        </SimpleGrid>
      )}
      <NamedSelect {...props} field="radiusVendor" hint="radius-vendor-hint" data={attributes} />
      <OrderFields {...props} />
    </>
  );
}

export function WebLoginVendorInput(props: InputsProps) {
  const t = useTexts();
  const vendors = WEB_LOGIN_VENDORS.map((value) => ({ value, label: t(`web-login-${value}`) }));
  return (
    <NamedSelect {...props} field="webLoginVendor" hint="web-login-vendor-hint" data={vendors} />
  );
}

/** Meraki's splash page without RADIUS. */
export function MerakiClickThroughFields(props: InputsProps) {
  const t = useTexts();
  const answers = (["no", "yes"] as const).map((value) => ({
    value,
    label: t(`tells-duration-${value}`),
  }));
  return <NamedSelect {...props} field="tellsDuration" hint="tells-duration-hint" data={answers} />;
}
