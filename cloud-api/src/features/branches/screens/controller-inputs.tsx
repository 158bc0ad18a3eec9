import { SimpleGrid, Textarea } from "@mantine/core";
import { isFieldAtFault } from "../../../shell/failure.tsx";
import { SERVICES, TIME_UNITS } from "./controller-fields.ts";
import { type InputsProps, NamedInput, NamedSelect, OrderFields } from "./nas-inputs.tsx";
import { useTexts } from "./texts.ts";

const TWO_COLUMNS = { cols: { base: 1, xs: 2 }, style: { alignItems: "end" } } as const;

/** Where the box calls it, and what it is known by there. */
function PlaceFields(
  props: InputsProps & { example: "unifi" | "omada" | "ruckus-controller" | "ruckus-one" },
) {
  return (
    <>
      <NamedInput {...props} field="controllerUrl" hint={`controller-url-hint-${props.example}`} />
      <NamedInput {...props} field="certificateSha256" hint="certificate-hint" isOptional />
    </>
  );
}

export function UnifiFields(props: InputsProps) {
  return (
    <>
      <PlaceFields {...props} example="unifi" />
      <SimpleGrid {...TWO_COLUMNS}>
        <NamedInput {...props} field="site" hint="site-hint-unifi" />
        <NamedInput {...props} field="apiKey" hint="api-key-hint" isOptional isSecret />
        <NamedInput {...props} field="username" hint="username-hint-unifi" isOptional />
        <NamedInput {...props} field="password" hint="password-hint-unifi" isOptional isSecret />
      </SimpleGrid>
    </>
  );
}

export function OmadaFields(props: InputsProps) {
  const t = useTexts();
  const units = TIME_UNITS.map((value) => ({ value, label: t(`time-unit-${value}`) }));
  return (
    <>
      <PlaceFields {...props} example="omada" />
      <SimpleGrid {...TWO_COLUMNS}>
        <NamedInput {...props} field="omadacId" hint="omadac-id-hint" isOptional />
        <NamedInput {...props} field="site" hint="site-hint-omada" />
        <NamedInput {...props} field="username" hint="username-hint-omada" />
        <NamedInput {...props} field="password" hint="password-hint-omada" isSecret />
      </SimpleGrid>
      <NamedSelect {...props} field="timeUnit" hint="time-unit-hint" data={units} />
      <SimpleGrid {...TWO_COLUMNS}>
        <NamedInput {...props} field="clientId" hint="client-id-hint" isOptional />
        <NamedInput {...props} field="clientSecret" hint="client-secret-hint" isOptional isSecret />
      </SimpleGrid>
      <NamedInput {...props} field="siteId" hint="site-id-hint" isOptional />
    </>
  );
}

export function WifidogFields(props: InputsProps) {
  return <NamedInput {...props} field="gatewayId" hint="gateway-id-hint" />;
}

/** Without RADIUS it needs nothing but where it is called. */
export function RuckusOneFields(props: InputsProps) {
  return (
    <>
      <PlaceFields {...props} example="ruckus-one" />
      <SimpleGrid {...TWO_COLUMNS}>
        <NamedInput {...props} field="requestPassword" hint="request-password-hint" isSecret />
        <NamedInput {...props} field="nbiAddress" hint="nbi-address-hint" isOptional />
      </SimpleGrid>
    </>
  );
}

/** Cisco's central web authentication: where it leads guests, and by which access list. */
export function CiscoCwaFields(props: InputsProps) {
  return (
    <>
      <SimpleGrid {...TWO_COLUMNS}>
        <NamedInput {...props} field="portalOrigin" hint="portal-origin-hint" />
        <NamedInput {...props} field="redirectAcl" hint="redirect-acl-hint" />
        <NamedInput {...props} field="radiusSecret" hint="vendor-secret-hint" />
        <NamedInput {...props} field="nasIdentifier" hint="vendor-identifier-hint" isOptional />
      </SimpleGrid>
      <NamedInput {...props} field="radsecName" hint="radsec-name-hint" isOptional />
      <OrderFields {...props} />
    </>
  );
}

/** The box itself: it knows where it is, and its own two halves share the secrets. */
export function GatewayFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set, error } = props;
  return (
    <>
      <Textarea
        label={t("walled-garden")}
        description={t("walled-garden-hint")}
        value={fields.walledGarden}
        onChange={(event) => set({ walledGarden: event.currentTarget.value })}
        error={isFieldAtFault(error, "walledGarden")}
        placeholder="pay.example"
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
      />
      <OrderFields {...props} />
    </>
  );
}

export function RuckusFields(props: InputsProps) {
  const t = useTexts();
  const services = SERVICES.map((value) => ({ value, label: t(`service-${value}`) }));
  return (
    <>
      <NamedSelect {...props} field="service" hint="service-hint" data={services} />
      <PlaceFields {...props} example="ruckus-controller" />
      <SimpleGrid {...TWO_COLUMNS}>
        <NamedInput {...props} field="requestPassword" hint="request-password-hint" isSecret />
        <NamedInput {...props} field="nbiAddress" hint="nbi-address-hint" isOptional />
        <NamedInput {...props} field="radiusSecret" hint="vendor-secret-hint" />
        <NamedInput {...props} field="nasIdentifier" hint="vendor-identifier-hint" isOptional />
      </SimpleGrid>
      <NamedInput {...props} field="radsecName" hint="radsec-name-hint" isOptional />
      <OrderFields {...props} />
    </>
  );
}
