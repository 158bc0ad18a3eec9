import { MultiSelect, PasswordInput, Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { isFieldAtFault } from "../../../shell/failure.tsx";
import {
  CiscoCwaFields,
  GatewayFields,
  OmadaFields,
  RuckusFields,
  RuckusOneFields,
  UnifiFields,
  WifidogFields,
} from "./controller-inputs.tsx";
import { FAS_LEVELS, MAC_FORMS, type NasFields, SESSION_NAMES, VENDORS } from "./nas-fields.ts";
import { findWebLoginVendor, ORIGIN_EXAMPLES } from "./nas-web-login.ts";
import { useTexts } from "./texts.ts";
import {
  MerakiClickThroughFields,
  WebLoginFields,
  WebLoginVendorInput,
} from "./web-login-inputs.tsx";

export type InputsProps = {
  fields: NasFields;
  set: (change: Partial<NasFields>) => void;
  error: unknown;
};

type TextKey = Parameters<ReturnType<typeof useTexts>>[0];
type NamedField = {
  field: keyof NasFields;
  hint: TextKey;
  isOptional?: boolean;
  /** Made elsewhere, and of no use on this screen: hidden until it is asked for. */
  isSecret?: boolean;
};

const LABELS: Record<keyof NasFields, TextKey> = {
  kind: "nas-kind",
  name: "nas-name",
  source: "nas-source",
  loginOrigins: "nas-origins",
  vendor: "nas-vendor",
  radiusSecret: "radius-secret",
  uamSecret: "uam-secret",
  uamServer: "uam-server",
  nasIdentifier: "nas-identifier",
  handBack: "hand-back",
  disconnect: "disconnect",
  disconnectPort: "disconnect-port",
  sessionNames: "session-names",
  macForm: "mac-form",
  messageAuthenticator: "message-authenticator",
  radsecName: "radsec-name",
  gatewayMac: "gateway-mac",
  fasLevel: "fas-level",
  fasKey: "fas-key",
  webLoginVendor: "nas-vendor",
  mikrotikLogin: "mikrotik-login",
  errorParameter: "error-parameter",
  usernameField: "username-field",
  passwordField: "password-field",
  radiusVendor: "radius-vendor",
  portalOrigin: "portal-origin",
  redirectAcl: "redirect-acl",
  redirectSecret: "redirect-secret",
  tellsDuration: "tells-duration",
  gatewayName: "gateway-name",
  walledGarden: "walled-garden",
  controllerUrl: "controller-url",
  certificateSha256: "certificate",
  site: "site",
  apiKey: "api-key",
  username: "username",
  password: "password",
  omadacId: "omadac-id",
  timeUnit: "time-unit",
  clientId: "client-id",
  clientSecret: "client-secret",
  siteId: "site-id",
  gatewayId: "gateway-id",
  service: "service",
  requestPassword: "request-password",
  nbiAddress: "nbi-address",
};

/** The label of the field that a refusal points into; null when it is none of the form's. */
export function findFaultyLabel(error: unknown): TextKey | null {
  const fields = Object.keys(LABELS) as (keyof NasFields)[];
  const faulty = fields.find((field) => isFieldAtFault(error, field));
  return faulty ? LABELS[faulty] : null;
}

export function NamedInput({ fields, set, error, ...named }: InputsProps & NamedField) {
  const t = useTexts();
  const { field, hint, isOptional = false, isSecret = false } = named;
  const Input = isSecret ? PasswordInput : TextInput;
  return (
    <Input
      label={t(LABELS[field])}
      description={t(hint)}
      value={fields[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      error={isFieldAtFault(error, field)}
      maxLength={500}
      // A browser's own password has no business here.
      autoComplete={isSecret ? "new-password" : "off"}
      spellCheck={false}
      required={!isOptional}
      withAsterisk={false}
    />
  );
}

/** Whether browsers are handed back to it. */
function hasOrigins(
  kind: NasFields["kind"],
): kind is "coova" | "opennds" | "wifidog" | "web-login" | "meraki-click-through" {
  switch (kind) {
    case "coova":
    case "opennds":
    case "wifidog":
    case "web-login":
    case "meraki-click-through":
      return true;
    default:
      return false;
  }
}

export function CommonFields(props: InputsProps) {
  const { fields } = props;
  const isCalled = ["unifi", "omada", "ruckus-one"].includes(fields.kind);
  // One that comes by RadSec alone is known by its certificate, and one that is called calls nobody.
  const hasCertificate = fields.kind !== "opennds" && fields.kind !== "meraki-click-through";
  const needsSource = !isCalled && (!hasCertificate || fields.radsecName === "");
  return (
    <>
      {fields.kind === "web-login" && <WebLoginVendorInput {...props} />}
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput {...props} field="name" hint="nas-name-hint" />
        {fields.kind !== "gateway" && (
          <NamedInput
            {...props}
            field="source"
            hint={isCalled ? "nas-source-hint-called" : "nas-source-hint"}
            isOptional={!needsSource}
          />
        )}
      </SimpleGrid>
      {hasOrigins(fields.kind) && (
        <OriginsInput {...props} hint={`nas-origins-hint-${fields.kind}`} />
      )}
    </>
  );
}

function OriginsInput({ fields, set, error, hint }: InputsProps & { hint: TextKey }) {
  const t = useTexts();
  return (
    <Textarea
      label={t("nas-origins")}
      description={t(hint)}
      {...(fields.kind === "web-login" && {
        placeholder: ORIGIN_EXAMPLES[findWebLoginVendor(fields)],
      })}
      value={fields.loginOrigins}
      onChange={(event) => set({ loginOrigins: event.currentTarget.value })}
      error={isFieldAtFault(error, "loginOrigins")}
      autosize
      minRows={1}
      spellCheck={false}
      required
      withAsterisk={false}
    />
  );
}

type Choice = { value: string; label: string };
type NamedChoice = { field: keyof NasFields; hint: TextKey; data: Choice[] };

export function NamedSelect({ fields, set, field, hint, data }: InputsProps & NamedChoice) {
  const t = useTexts();
  return (
    <Select
      label={t(LABELS[field])}
      description={t(hint)}
      data={data}
      value={fields[field]}
      onChange={(value) => value !== null && set({ [field]: value })}
      allowDeselect={false}
    />
  );
}

function CoovaFields(props: InputsProps) {
  const handBacks = [
    { value: "chap", label: "CHAP" },
    { value: "pap", label: "PAP" },
  ];
  return (
    <>
      <NamedInput {...props} field="uamServer" hint="uam-server-hint" />
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput {...props} field="radiusSecret" hint="radius-secret-hint" />
        <NamedInput {...props} field="uamSecret" hint="uam-secret-hint" isOptional />
        <NamedInput {...props} field="nasIdentifier" hint="nas-identifier-hint" />
        <NamedInput {...props} field="radsecName" hint="radsec-name-hint" isOptional />
      </SimpleGrid>
      <NamedSelect {...props} field="handBack" hint="hand-back-hint" data={handBacks} />
      <OrderFields {...props} />
    </>
  );
}

/** What only asks RADIUS: of which maker it is, and nothing of the portal. */
function VendorFields(props: InputsProps) {
  const t = useTexts();
  const vendors = VENDORS.map((value) => ({ value, label: t(`vendor-${value}`) }));
  return (
    <>
      <NamedSelect {...props} field="vendor" hint="nas-vendor-hint" data={vendors} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedInput {...props} field="radiusSecret" hint="vendor-secret-hint" />
        <NamedInput {...props} field="nasIdentifier" hint="vendor-identifier-hint" isOptional />
        <NamedInput {...props} field="radsecName" hint="radsec-name-hint" isOptional />
      </SimpleGrid>
      <OrderFields {...props} />
    </>
  );
}

/** How far its log-ins are trusted, and how it is told to end a session. */
export function OrderFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set, error } = props;
  const signing = (["auto", "yes", "no"] as const).map((value) => ({
    value,
    label: t(`message-authenticator-${value}`),
  }));
  const ways = (["usual", "other", "none"] as const).map((value) => ({
    value,
    label: t(`disconnect-${value}`),
  }));
  const forms = [
    { value: "", label: t("mac-form-usual") },
    ...MAC_FORMS.map((value) => ({ value, label: value })),
  ];
  return (
    <>
      <NamedSelect
        {...props}
        field="messageAuthenticator"
        hint="message-authenticator-hint"
        data={signing}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
        <NamedSelect {...props} field="disconnect" hint="disconnect-hint" data={ways} />
        {fields.disconnect === "other" && (
          <NamedInput {...props} field="disconnectPort" hint="disconnect-port-hint" />
        )}
      </SimpleGrid>
      {fields.disconnect !== "none" && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
          <MultiSelect
            label={t("session-names")}
            description={t("session-names-hint")}
            data={[...SESSION_NAMES]}
            value={fields.sessionNames === "" ? [] : fields.sessionNames.split(" ")}
            onChange={(names) => set({ sessionNames: names.join(" ") })}
            error={isFieldAtFault(error, "sessionNames")}
            clearable
          />
          <NamedSelect {...props} field="macForm" hint="mac-form-hint" data={forms} />
        </SimpleGrid>
      )}
    </>
  );
}

function OpenndsFields(props: InputsProps) {
  const t = useTexts();
  const { fields, set } = props;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
      <NamedInput {...props} field="gatewayMac" hint="gateway-mac-hint" />
      <NamedInput {...props} field="fasKey" hint="fas-key-hint" />
      <Select
        label={t("fas-level")}
        description={t("fas-level-hint")}
        data={FAS_LEVELS.map((level) => ({
          value: String(level),
          label: t(`fas-level-${level}`),
        }))}
        value={fields.fasLevel}
        onChange={(fasLevel) => fasLevel && set({ fasLevel })}
        allowDeselect={false}
      />
      {Number(fields.fasLevel) > 2 && (
        <NamedInput {...props} field="gatewayName" hint="gateway-name-hint" isOptional />
      )}
    </SimpleGrid>
  );
}

/** What one kind of NAS has that the others have not. */
export function KindFields(props: InputsProps) {
  switch (props.fields.kind) {
    case "coova":
      return <CoovaFields {...props} />;
    case "opennds":
      return <OpenndsFields {...props} />;
    case "radius":
      return <VendorFields {...props} />;
    case "web-login":
      return <WebLoginFields {...props} />;
    case "meraki-click-through":
      return <MerakiClickThroughFields {...props} />;
    case "unifi":
      return <UnifiFields {...props} />;
    case "omada":
      return <OmadaFields {...props} />;
    case "wifidog":
      return <WifidogFields {...props} />;
    case "ruckus-controller":
      return <RuckusFields {...props} />;
    case "ruckus-one":
      return <RuckusOneFields {...props} />;
    case "cisco-cwa":
      return <CiscoCwaFields {...props} />;
    case "gateway":
      return <GatewayFields {...props} />;
  }
}
